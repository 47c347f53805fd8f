"""Figures for the annual examination of the districts."""
