"""The page of a run in all its phases."""

from flask import Blueprint

bp = Blueprint("runs", __name__)
