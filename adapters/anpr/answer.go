package anpr

import (
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"mime"
	"mime/multipart"
	"strings"
)

// errTooLarge is an answer beyond the limit; asking again brings it again.
var errTooLarge = errors.New("answer larger than the limit")

// readAll reads at most limit bytes, and refuses more. The announced length is
// negative when it is not known. The body is read to its end, without which its
// connection would not be kept.
func readAll(r io.Reader, announced, limit int64) ([]byte, error) {
	var b bytes.Buffer
	b.Grow(int(min(max(announced, 0), limit)) + bytes.MinRead)
	n, err := b.ReadFrom(io.LimitReader(r, limit+1))
	if err != nil {
		return nil, fmt.Errorf("read answer: %w", err)
	}
	if n > limit {
		return nil, errTooLarge
	}
	return b.Bytes(), nil
}

// rootPart returns the SOAP envelope of a body: the body itself, or the root
// part of an MTOM package. The binary parts, which hold printed certificates,
// are not needed.
func rootPart(contentType string, body []byte) ([]byte, error) {
	media, params, err := mime.ParseMediaType(contentType)
	if err != nil || !strings.HasPrefix(media, "multipart/") {
		return body, nil // a wrong label does not make XML unreadable
	}
	parts := multipart.NewReader(bytes.NewReader(body), params["boundary"])
	var first []byte
	for {
		part, err := parts.NextRawPart()
		if err == io.EOF && first != nil {
			return first, nil // the package names no root: it is the first part
		}
		if err != nil {
			return nil, fmt.Errorf("read multipart answer: %w", noText(err))
		}
		content, err := io.ReadAll(part)
		if err != nil {
			return nil, fmt.Errorf("read multipart answer: %w", noText(err))
		}
		if start := params["start"]; start == "" || start == part.Header.Get("Content-ID") {
			return content, nil
		}
		if first == nil {
			first = content
		}
	}
}

// parse reads a SOAP envelope, 1.1 or 1.2, whatever its prefixes.
func parse(envelope []byte) (*wireAnswer, error) {
	var e struct {
		XMLName xml.Name
		Body    *wireAnswer `xml:"Body"`
	}
	if err := xml.Unmarshal(envelope, &e); err != nil {
		return nil, fmt.Errorf("parse answer: %w", noText(err))
	}
	if e.XMLName.Local != "Envelope" || e.Body == nil {
		return nil, errors.New("parse answer: not a SOAP envelope")
	}
	return e.Body, nil
}

// noText keeps the kind of a parser's error and drops its words, which may
// quote the answer.
func noText(err error) error {
	var syntax *xml.SyntaxError
	switch {
	case errors.As(err, &syntax):
		return fmt.Errorf("XML syntax error on line %d", syntax.Line)
	case errors.Is(err, io.ErrUnexpectedEOF), errors.Is(err, io.EOF):
		return io.ErrUnexpectedEOF
	}
	return errors.New("malformed")
}
