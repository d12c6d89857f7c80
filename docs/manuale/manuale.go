// Package manuale is the manual for who works with the system.
package manuale

import "embed"

// Files are its chapters and their pictures.
//
//go:embed *.md immagini/*.png
var Files embed.FS
