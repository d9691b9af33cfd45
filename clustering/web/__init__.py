"""The pages, in one package for each area. Areas do not import each other."""
