"""多层次交流 (九): events with programme, sign-up, attendance and material."""
