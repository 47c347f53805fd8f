"""Exchange between many (九 多层次交流): events with programme, sign-up, attendance and material."""
