"""One file a family of published verifiers. Every file defines ``VERIFIERS``: registered name -> what makes it."""
