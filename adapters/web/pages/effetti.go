package pages

import (
	"context"
	"slices"
	"strings"

	"github.com/visure-anagrafiche/visure/domain/documento"
	"github.com/visure-anagrafiche/visure/projections"
)

// consequences is whom a change would give something or take something from.
type consequences struct {
	Persone  int
	Groups   []affected
	Impronta string // by which the change is confirmed
	Moved    bool   // others were shown before
}

// affected are people to whom the same happens.
type affected struct {
	Who          []string
	Gains, Loses []string
}

// consequences finds what a command would do, and enters in the journal whom it shows.
// Seen is the digest of what the form was shown with.
func (p *Pages) consequences(ctx context.Context, id string, cmd any, seen string) (consequences, error) {
	found, digest, err := p.Effects(ctx, id, cmd)
	if err != nil {
		return consequences{}, err
	}
	c := consequences{Persone: len(found), Impronta: digest, Moved: seen != "" && seen != digest}
	shown := make([]string, len(found))
	for i, e := range found {
		shown[i] = string(e.ID)
		c.add(e)
	}
	if len(shown) == 0 {
		return c, nil
	}
	return c, p.JournalRead(ctx, shown...)
}

// add puts somebody to those to whom the same happens.
func (c *consequences) add(e projections.Effetto) {
	var one affected
	for _, v := range e.Variazioni {
		if text := variation(v); v.Perde {
			one.Loses = append(one.Loses, text)
		} else {
			one.Gains = append(one.Gains, text)
		}
	}
	who := strings.TrimSpace(e.Persona.Testo) + " (" + e.Codice + ")"
	for i, g := range c.Groups {
		if slices.Equal(g.Gains, one.Gains) && slices.Equal(g.Loses, one.Loses) {
			c.Groups[i].Who = append(g.Who, who)
			return
		}
	}
	one.Who = []string{who}
	c.Groups = append(c.Groups, one)
}

// variation is something gained or lost, in words.
func variation(v projections.Variazione) string {
	title := documento.Title(v.Tipo)
	switch v.Voce {
	case projections.VoceNazionale:
		return title + ": ambito nazionale più ampio"
	case projections.VoceOrario:
		return title + ": alcune ore"
	case projections.VocePostazione:
		return title + ": da ogni postazione"
	case projections.VoceFinalita:
		return title + ": alcune finalità"
	}
	return title
}
