// Starts everything; the last part of the script, after all that it needs.
startList();
startSuspects();
startViewer();
followAddress();
