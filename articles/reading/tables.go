package reading

import (
	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// flattenLayout makes tables that only arrange a text plain blocks. Tables of data keep
// their captions, header cells and spans.
func flattenLayout(n *html.Node) {
	var layout []*html.Node
	for d := range n.Descendants() {
		if d.DataAtom == atom.Table && isLayout(d) {
			layout = append(layout, d)
		}
	}
	for _, table := range layout {
		flatten(table)
	}
}

// flatten makes a table and its rows and cells blocks, up to the tables in its cells.
func flatten(n *html.Node) {
	become(n, atom.Div)
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		switch c.DataAtom {
		case atom.Tbody, atom.Thead, atom.Tfoot, atom.Tr, atom.Td, atom.Th:
			flatten(c)
		default:
		}
	}
}

// isLayout tells a table that arranges a text: one that says so, or one without header
// cells and caption that has a single column, or a single row with paragraphs.
func isLayout(table *html.Node) bool {
	if role := attribute(table, "role"); role == "presentation" || role == "none" {
		return true
	}
	rows, columns, paragraphs := 0, 0, 0
	for part := table.FirstChild; part != nil; part = part.NextSibling {
		switch part.DataAtom {
		case atom.Caption, atom.Thead, atom.Tfoot:
			return false
		case atom.Tbody:
		default:
			continue
		}
		for row := part.FirstChild; row != nil; row = row.NextSibling {
			if row.DataAtom != atom.Tr {
				continue
			}
			rows++
			cells := 0
			for cell := row.FirstChild; cell != nil; cell = cell.NextSibling {
				switch cell.DataAtom {
				case atom.Th:
					return false
				case atom.Td:
					cells++
					paragraphs += blocksIn(cell)
				default:
				}
			}
			columns = max(columns, cells)
		}
	}
	return columns <= 1 && (paragraphs > 0 || rows <= 1) || rows == 1 && paragraphs > 0
}

// blocksIn counts the paragraphs and other blocks right in a cell.
func blocksIn(cell *html.Node) int {
	blocks := 0
	for c := cell.FirstChild; c != nil; c = c.NextSibling {
		if c.Type == html.ElementNode && isBlock(c) {
			blocks++
		}
	}
	return blocks
}
