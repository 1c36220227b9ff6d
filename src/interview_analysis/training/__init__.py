"""Training and evaluation of the models. Imported lazily by its commands only; serving never needs it."""
