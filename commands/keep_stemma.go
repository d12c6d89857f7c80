package commands

import (
	"bytes"
	"image/color"
	"image/png"
	"time"

	"github.com/visure-anagrafiche/visure/domain"
)

// KeepStemma brings in a coat of arms, which the Comune's documents may then be headed
// with. PNG is as Stemma of adapters/pdf makes it of a file: drawn anew, so that nothing
// else that the file held is kept.
type KeepStemma struct {
	PNG []byte
}

// What a coat of arms may be at most: it is printed some fifteen millimetres high, every
// document carries it, and so does the event.
const (
	MaxStemma     = 200_000 // bytes of PNG
	MaxStemmaSide = 384     // points: 600 an inch
)

// maxStemmi is how many a Comune may bring in within a day.
const maxStemmi = 20

// Decide keeps it once, by its hash.
func (c KeepStemma) Decide(g Given[domain.Comune]) ([]domain.Event, error) {
	if err := own(g); err != nil {
		return nil, err
	}
	head, err := png.DecodeConfig(bytes.NewReader(c.PNG))
	if err != nil || len(c.PNG) > MaxStemma || max(head.Width, head.Height) > MaxStemmaSide || head.ColorModel != color.RGBAModel {
		return nil, domain.FieldErrorf(domain.Invalid, "stemma", "lo stemma non è un'immagine PNG a colori di al più %d punti per lato e %d byte", MaxStemmaSide, MaxStemma)
	}
	kept := domain.StemmaKept{SHA256: SHA256(c.PNG), Larghezza: head.Width, Altezza: head.Height, PNG: c.PNG}
	if _, ok := g.State.Modelli.Stemma(kept.SHA256); ok {
		return nil, nil
	}
	recent := 0
	for _, s := range g.State.Modelli.Stemmi {
		if g.Meta.At.Sub(s.At) < 24*time.Hour {
			recent++
		}
	}
	if recent >= maxStemmi {
		return nil, domain.Errorf(domain.Conflict, "nelle ultime 24 ore sono già stati caricati %d stemmi: riprovare domani", maxStemmi)
	}
	return []domain.Event{kept}, nil
}
