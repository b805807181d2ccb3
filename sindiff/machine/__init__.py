"""Devices, files, locks and provenance."""
