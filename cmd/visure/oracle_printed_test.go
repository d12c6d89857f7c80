package main

import (
	"strings"

	"github.com/visure-anagrafiche/visure/domain/documento"
)

// readPrinted prints the sample and looks for every word of it in the text.
func (c *census) readPrinted() {
	for _, doc := range c.printed {
		text := strings.Fields(c.office.print(c.t, doc))
		seen := make(map[string]bool, len(text))
		for _, word := range text {
			seen[word] = true
		}
		for _, word := range words(doc) {
			if !seen[word] {
				c.t.Errorf("%s: %q is not in the text of the PDF", doc.Title, word)
			}
		}
	}
}

// words are those of the body and of the warnings.
func words(doc documento.Documento) []string {
	text := append([]string{}, doc.Warnings...)
	for _, s := range doc.Sections {
		text = append(append(text, s.Title), s.Text...)
		for _, row := range s.Rows {
			text = append(text, row.Label, row.Value)
		}
		if s.Table != nil {
			for _, row := range s.Table.Rows {
				text = append(text, row...)
			}
		}
	}
	return strings.Fields(strings.Join(text, " "))
}
