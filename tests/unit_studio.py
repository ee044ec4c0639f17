"""What tests of the studio share: its token and its address."""

TOKEN = "t" * 43
HOST = "http://127.0.0.1:8400"
