"""What the board shows, read from the store; no Streamlit here."""
