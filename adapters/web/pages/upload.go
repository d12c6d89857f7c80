package pages

import (
	"io"
	"mime"
	"net/http"
	"path"
	"strings"
	"time"

	"github.com/visure-anagrafiche/visure/adapters/web/edge"
)

// maxFile bounds a form with a file; fileTime how long it may take to arrive.
const (
	maxFile  = 10<<20 + maxForm
	fileTime = time.Minute
)

// uploaded is posted for a form with a file, which is kept in memory.
func uploaded(w http.ResponseWriter, r *http.Request, secret string) error {
	if !edge.SameOrigin(r) {
		return elsewhere(r)
	}
	if kind, _, _ := mime.ParseMediaType(r.Header.Get("Content-Type")); kind != "multipart/form-data" {
		return posted(w, r, secret)
	}
	edge.Allow(w, fileTime)
	r.Body = http.MaxBytesReader(w, r.Body, maxFile)
	if err := r.ParseMultipartForm(maxFile); err != nil {
		return edge.Unread(err, "Il file è troppo grande: al più 10 MB.", unreadable)
	}
	return made(r, secret)
}

// fileOf returns the file that a form brings in a field, by its name without folders;
// none if it brings none.
func fileOf(r *http.Request, field string) (name string, content []byte, err error) {
	file, header, err := r.FormFile(field)
	if err != nil {
		return "", nil, nil
	}
	defer file.Close()
	content, err = io.ReadAll(file)
	return path.Base(strings.ReplaceAll(header.Filename, `\`, "/")), content, err
}
