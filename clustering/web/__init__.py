"""The pages: what is asked over HTTP, in one package per area. Areas do not import each other."""
