"""Writing down what is said: a service with OpenAI's interface, or faster-whisper on this machine."""
