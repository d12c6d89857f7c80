package simulator

import (
	"fmt"
	"net/http"
)

const (
	boundary = "MIMEBoundary_9f3c2b7a"
	rootID   = "root-1@anpr.simulato"
	pdfID    = "pdf-1@anpr.simulato"
)

// writeMTOM sends an answer as ANPR sends binaries: the envelope in the first
// part, the PDF it includes, if any, in the second.
func writeMTOM(w http.ResponseWriter, ans answer) {
	out := fmt.Appendf(nil, "--%s\r\nContent-Type: application/xop+xml; charset=utf-8; type=\"text/xml\"\r\nContent-Transfer-Encoding: binary\r\nContent-ID: <%s>\r\n\r\n", boundary, rootID)
	out = append(out, envelope(ans.Body)...)
	if len(ans.PDF) > 0 {
		out = fmt.Appendf(out, "\r\n--%s\r\nContent-Type: application/pdf\r\nContent-Transfer-Encoding: binary\r\nContent-ID: <%s>\r\n\r\n", boundary, pdfID)
		out = append(out, ans.PDF...)
	}
	out = fmt.Appendf(out, "\r\n--%s--\r\n", boundary)
	w.Header().Set("Content-Type", fmt.Sprintf(`multipart/related; boundary="%s"; type="application/xop+xml"; start="<%s>"; start-info="text/xml"`, boundary, rootID))
	_, _ = w.Write(out) // a caller who left needs no answer
}

// placeholderPDF is one empty page: certificates are ANPR's to compose, and this
// simulator serves visure, which only need to see binaries arrive.
var placeholderPDF = func() []byte {
	objects := []string{
		"<< /Type /Catalog /Pages 2 0 R >>",
		"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
		"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] >>",
	}
	out := []byte("%PDF-1.4\n")
	var at []int
	for i, o := range objects {
		at = append(at, len(out))
		out = fmt.Appendf(out, "%d 0 obj\n%s\nendobj\n", i+1, o)
	}
	xref := len(out)
	out = fmt.Appendf(out, "xref\n0 %d\n0000000000 65535 f \n", len(objects)+1)
	for _, n := range at {
		out = fmt.Appendf(out, "%010d 00000 n \n", n)
	}
	return fmt.Appendf(out, "trailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n", len(objects)+1, xref)
}()
