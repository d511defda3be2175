package subscribers

// NeutralCell returns a CSV cell with the given text that no spreadsheet evaluates as a
// formula.
func NeutralCell(text string) string { return neutral(text) }
