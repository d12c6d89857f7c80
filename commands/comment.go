package commands

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"net/netip"
	"strings"
	"unicode/utf8"

	"github.com/visure-anagrafiche/visure/domain"
)

// Comments go by mail to whoever runs the installation.
type Comments struct {
	Handler *Handler
	Post    func(context.Context, Letter) error
	To      string // address
}

// Comment is what somebody has to say of the accessibility of the pages (L. 4/2004, art.
// 3-quater). Who it is they need not say.
type Comment struct {
	ID       string // chosen by who sends it: sent twice it is one
	Pagina   string // where it happened, as they tell it
	Testo    string
	Recapito string // address for an answer; empty: they want none
}

// longest are the parts of a comment, in letters.
const (
	longestComment = 2000
	longestDetail  = 200
)

// Check says what is wrong with a comment, every field of it.
func (c Comment) Check() (refused []*domain.Error) {
	refuse := func(field, text string) {
		refused = append(refused, &domain.Error{Code: domain.Invalid, Field: field, Message: text})
	}
	if utf8.RuneCountInString(c.Pagina) > longestDetail {
		refuse("pagina", "la pagina è indicata con 200 caratteri al massimo")
	}
	switch n := utf8.RuneCountInString(c.Testo); {
	case strings.TrimSpace(c.Testo) == "":
		refuse("testo", "scrivi che cosa non si riesce a leggere o a usare")
	case n > longestComment:
		refuse("testo", "la segnalazione ha 2.000 caratteri al massimo")
	}
	if c.Recapito != "" && (utf8.RuneCountInString(c.Recapito) > longestDetail || !strings.Contains(c.Recapito, "@")) {
		refuse("recapito", "l’indirizzo di posta non è valido")
	}
	return refused
}

// Send posts a comment that is well formed. The journal has that one was sent, not what
// it says.
func (c *Comments) Send(ctx context.Context, m domain.Meta, from netip.Addr, said Comment) error {
	entry := domain.AccessRecorded{Action: "send-comment", Outcome: "ok"}
	if from.IsValid() {
		entry.Address = from.String()
	}
	if err := RecordAccess(ctx, c.Handler, m, entry); err != nil {
		return err
	}
	var text strings.Builder
	text.WriteString("Segnalazione sull’accessibilità delle pagine di Visure anagrafiche.\n\n")
	text.WriteString("Pagina: " + orNone(said.Pagina) + "\nRecapito per la risposta: " + orNone(said.Recapito) + "\n\n" + said.Testo + "\n\n")
	text.WriteString("Va data risposta entro trenta giorni (L. 4/2004, art. 3-quater): poi chi l’ha inviata può rivolgersi al difensore civico per il digitale.\n")
	sum := sha256.Sum256([]byte(said.ID + "\x00" + said.Testo))
	return c.Post(ctx, Letter{Key: "segnalazione/" + hex.EncodeToString(sum[:16]), To: c.To, Subject: "Visure anagrafiche: segnalazione sull’accessibilità", Text: text.String()})
}

func orNone(s string) string {
	return cmp.Or(strings.TrimSpace(s), "–")
}
