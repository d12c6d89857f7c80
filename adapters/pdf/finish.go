package pdf

import (
	"bytes"
	"crypto/sha256"
	"errors"
	"fmt"
	"regexp"
	"strconv"
)

// The end of a file as gofpdf writes it: the properties and the catalogue are
// the last two objects, in this order, so what grows in them moves nothing but
// the catalogue and the cross-reference table.
var (
	catalogEnd = []byte(">>\nendobj\nxref\n")
	trailer    = []byte("trailer\n")
	trailerEnd = []byte(">>\nstartxref\n")
	date       = regexp.MustCompile(`Date \(D:\d{14}`)
)

const (
	xrefEntry = 20 // bytes of a line of the cross-reference table
	language  = "/Lang (it-IT)\n/ViewerPreferences <</DisplayDocTitle true>>\n"
)

// finish adds what gofpdf cannot say: that the dates are UTC, the language,
// that viewers show the title, and an identifier made of the content.
func finish(pdf []byte) ([]byte, error) {
	closing := bytes.LastIndex(pdf, catalogEnd)
	table := bytes.LastIndex(pdf, trailer)
	end := bytes.LastIndex(pdf, trailerEnd)
	if closing < 0 || table < closing || end < table {
		return nil, errors.New("finish: unexpected end of file")
	}
	xref := closing + len(catalogEnd) - len("xref\n")
	last := table - xrefEntry
	root, err := strconv.Atoi(string(pdf[last : last+10]))
	if err != nil || root > closing {
		return nil, errors.New("finish: unexpected cross-reference table")
	}
	info := bytes.LastIndex(pdf[:root], []byte("/CreationDate"))
	if info < 0 {
		return nil, errors.New("finish: no properties before the catalogue")
	}
	dates := date.ReplaceAll(pdf[info:root], []byte("${0}Z"))
	shift := len(dates) - (root - info)
	id := sha256.Sum256(pdf)

	out := bytes.NewBuffer(make([]byte, 0, len(pdf)+256))
	out.WriteString("%PDF-1.7") // the language of a document is known since 1.4
	out.Write(pdf[len("%PDF-1.3"):info])
	out.Write(dates)
	out.Write(pdf[root:closing])
	out.WriteString(language)
	out.Write(pdf[closing:last])
	fmt.Fprintf(out, "%010d", root+shift)
	out.Write(pdf[last+10 : end])
	fmt.Fprintf(out, "/ID [<%x> <%x>]\n", id[:16], id[:16])
	fmt.Fprintf(out, ">>\nstartxref\n%d\n%%%%EOF\n", xref+shift+len(language))
	return out.Bytes(), nil
}
