"""Tests of the report of a run and of the questions to the provider."""
