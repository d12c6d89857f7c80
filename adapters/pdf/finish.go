package pdf

import (
	"bytes"
	"crypto/sha256"
	"fmt"
)

// finish adds what gofpdf cannot say: the language, that viewers show the
// title, and an identifier made of the content. It relies on the order gofpdf
// writes in: the catalogue is the last object, so no other object moves and
// only the place of the cross-reference table changes.
func finish(pdf []byte) []byte {
	catalogEnd := bytes.LastIndex(pdf, []byte(">>\nendobj\nxref\n"))
	trailerEnd := bytes.LastIndex(pdf, []byte(">>\nstartxref\n"))
	xref := catalogEnd + len(">>\nendobj\n")
	const catalog = "/Lang (it-IT)\n/ViewerPreferences <</DisplayDocTitle true>>\n"
	id := sha256.Sum256(pdf)

	out := bytes.NewBuffer(make([]byte, 0, len(pdf)+256))
	out.WriteString("%PDF-1.7")
	out.Write(pdf[len("%PDF-1.3"):catalogEnd])
	out.WriteString(catalog)
	out.Write(pdf[catalogEnd:trailerEnd])
	fmt.Fprintf(out, "/ID [<%x> <%x>]\n", id[:16], id[:16])
	fmt.Fprintf(out, ">>\nstartxref\n%d\n%%%%EOF\n", xref+len(catalog))
	return out.Bytes()
}
