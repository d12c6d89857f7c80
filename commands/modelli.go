package commands

import (
	"context"
	"fmt"
	"strconv"
	"sync"

	"github.com/visure-anagrafiche/visure/domain"
	"github.com/visure-anagrafiche/visure/domain/documento"
)

// modelli remembers versions of models as documents are made with them. A version never
// changes, so it is read once. It is safe for concurrent use; the zero value is empty.
type modelli struct {
	mu    sync.Mutex
	known resident[documento.Modello] // by Comune and version
}

// maxModelli bounds how many are remembered, some 100 KB each with a coat of arms.
const maxModelli = 512

func (m *modelli) get(key string) (documento.Modello, bool) {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.known.get(key)
}

func (m *modelli) put(key string, modello documento.Modello) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.known.put(key, modello, maxModelli)
}

// Modello returns a version of a Comune's model as documents are made with it; the zero
// one, at no cost, for version 0. One that is not remembered is read from the Comune's
// stream, with its picture.
func Modello(ctx context.Context, h *Handler, comune domain.CodiceISTAT, versione int) (documento.Modello, error) {
	if versione == 0 {
		return documento.Modello{}, nil
	}
	key := string(comune) + "/" + strconv.Itoa(versione)
	if m, ok := h.modelli.get(key); ok {
		return m, nil
	}
	var published domain.ModelloPublished
	pictures, err := stemmi(ctx, h, comune, func(e domain.ModelloPublished) {
		if e.Versione == versione {
			published = e
		}
	})
	switch {
	case err != nil:
		return documento.Modello{}, err
	case published.Versione == 0 || published.Stemma != "" && pictures[published.Stemma] == nil:
		return documento.Modello{}, fmt.Errorf("version %d of the model of %s: the stream has none, or not its picture", versione, comune.Stream())
	}
	m := documento.ModelloOf(published, pictures[published.Stemma])
	h.modelli.put(key, m)
	return m, nil
}

// Stemma returns a coat of arms that a Comune has brought in, as PNG.
func Stemma(ctx context.Context, h *Handler, comune domain.CodiceISTAT, sha256 string) ([]byte, error) {
	pictures, err := stemmi(ctx, h, comune, func(domain.ModelloPublished) {})
	if err == nil && pictures[sha256] == nil {
		err = domain.FieldErrorf(domain.NotFound, "stemma", "il Comune non ha caricato uno stemma con questa impronta")
	}
	return pictures[sha256], err
}

// stemmi reads the coats of arms of a Comune, by their hash, and passes its models on.
func stemmi(ctx context.Context, h *Handler, comune domain.CodiceISTAT, published func(domain.ModelloPublished)) (map[string][]byte, error) {
	pictures := map[string][]byte{}
	_, err := h.Store.Load(ctx, string(comune.Stream()), NoStream, func(r domain.Recorded) {
		switch e := r.Event.(type) {
		case domain.StemmaKept:
			pictures[e.SHA256] = e.PNG
		case domain.ModelloPublished:
			published(e)
		}
	})
	if err != nil {
		return nil, fmt.Errorf("load %s: %w", comune.Stream(), err)
	}
	return pictures, nil
}
