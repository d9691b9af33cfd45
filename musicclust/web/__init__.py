"""The web server: uvicorn, and between it and Django what keeps slow people from holding what others need.

Connections, unfinished requests and unfinished downloads wait in one thread of each process, which does nothing else.
A request gets one of a few threads when all of it is there, and gives it back when its answer is known.
"""
