"""All that Easel sends to Discord: messages, files, threads and private replies."""
