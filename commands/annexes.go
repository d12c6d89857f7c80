package commands

import (
	"context"
	"crypto/sha256"
	"encoding/hex"

	"github.com/visure-anagrafiche/visure/domain"
)

// Annexes keeps the files of acts. It is safe for concurrent use.
type Annexes interface {
	// Put keeps a file, durably, under an act and its own id, unless it is kept
	// already. It may be repeated.
	Put(ctx context.Context, of domain.ConvenzioneID, annex domain.AnnexAttached, file []byte) error
	// Get returns the file, verified against the hash that the act has of it.
	Get(ctx context.Context, of domain.ConvenzioneID, annex domain.AnnexAttached) ([]byte, error)
}

// AnnexOf describes a file by its name. The id follows from the bytes, so that a file
// is attached to an act once.
func AnnexOf(nome string, file []byte) AttachAnnex {
	sum := sha256.Sum256(file)
	return AttachAnnex{
		ID: domain.UUID8([16]byte(sum[:16])), Nome: nome,
		SHA256: hex.EncodeToString(sum[:]), Size: len(file),
	}
}
