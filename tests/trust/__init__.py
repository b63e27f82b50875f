"""The slow half of the tests: `python -m tests.trust [NAME ...]`, each part a page under docs/trust."""
