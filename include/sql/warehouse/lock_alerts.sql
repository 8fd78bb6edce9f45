-- Lets one run at a time notice silences; ends with the transaction. No parameters.
lock table sources.alert in share row exclusive mode
