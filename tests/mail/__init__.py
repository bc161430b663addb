"""Tests of the mail conversations."""
