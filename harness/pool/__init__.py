"""The cached samples."""
