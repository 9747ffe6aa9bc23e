"""All that Easel sends to Slack: messages, ephemeral answers, picture files and previews."""
