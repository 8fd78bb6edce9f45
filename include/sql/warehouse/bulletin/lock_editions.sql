-- Lets one transaction at a time draft or decide. No parameters.
lock table bulletin.edition in share row exclusive mode
