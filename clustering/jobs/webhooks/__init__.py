"""Telling addresses of people's that a job has ended: what is to be sent, where it may go, and sending it.

A job's end knows nothing of this: it is found afterwards (`announcing`), so nothing here can hold it up or fail it.
"""
