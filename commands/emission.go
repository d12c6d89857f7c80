package commands

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"slices"
	"sync/atomic"
	"time"

	"github.com/visure-anagrafiche/visure/domain"
	"github.com/visure-anagrafiche/visure/domain/documento"
	"github.com/visure-anagrafiche/visure/domain/scheda"
)

// Emission is the Process that carries visure from approval to document. That a term
// ended without a decision is recorded by Silenzio.
type Emission struct {
	Handler   *Handler
	Anagrafe  Anagrafe
	Renderer  Renderer
	Archive   Archive
	VerifyURL func(domain.CIUV) string // what the QR of a document leads to
	// ANPR says that Anagrafe asks ANPR itself. Otherwise it is a simulator, and no
	// document is of value.
	ANPR bool

	// Followers returns how many visure that silence approved are carried on at once, so
	// that many whose terms end together leave room for who waits at a desk; the
	// others are postponed. nil: any number.
	Followers func() int
	following atomic.Int64

	// Tell tells who asked what became of a request that waited for an officer, once it has
	// ended here; nil: nobody is told. It may be called again for the same end.
	Tell func(ctx context.Context, id string, m domain.Meta) error

	// advances lets in one advance of a visura at a time. Without it a reminder
	// that comes while ANPR is slow would ask a second time; that does no harm,
	// but ANPR counts it.
	advances turns
}

var _ Process = (*Emission)(nil)

// Name implements Process.
func (p *Emission) Name() string { return "emission" }

// Category implements Process.
func (p *Emission) Category() string { return domain.VisuraCategory }

// WakesOn implements Process. Who records an intent acts on it, and comes back
// if interrupted; the attempt after a deferral is the timer's.
func (p *Emission) WakesOn() []string {
	return []string{domain.VisuraApproved{}.EventType(), domain.ResidentSought{}.EventType()}
}

// maxSteps bounds one call of Advance: a visura takes five steps at most
// from request to document.
const maxSteps = 8

// later is when a visura that silence approved is to be tried again that found too
// many others under way.
const later = 10 * time.Second

// Advance implements Process.
func (p *Emission) Advance(ctx context.Context, id string, m domain.Meta) error {
	visura, err := domain.ParseVisuraID(id)
	if err != nil {
		return fmt.Errorf("advance visura: %w", err)
	}
	stream := visura.Stream()
	done, err := p.advances.take(ctx, string(stream))
	if err != nil {
		return fmt.Errorf("advance %s: %w", visura, err)
	}
	defer done()
	m.By, m.CommandID = domain.Sistema, "" // each step is a command of its own
	// An event may be delivered before the command that wrote it knows that it did.
	if err := p.Handler.turns.await(ctx, string(stream)); err != nil {
		return fmt.Errorf("advance %s: %w", visura, err)
	}
	// What follows acts outside before it is appended, so it rests on the stream as
	// it stands now, or as we have just written it.
	v, err := Fact(ctx, p.Handler, stream)
	if err != nil {
		return fmt.Errorf("advance: %w", err)
	}
	if v.Approval == domain.SilenzioAssenso && !v.Status.Final() {
		defer p.following.Add(-1)
		if n := p.following.Add(1); p.Followers != nil && n > int64(p.Followers()) {
			return &PostponedError{At: p.Handler.Now().Add(later), Cause: errors.New("many that silence approved are under way")}
		}
	}
	for range maxSteps {
		next, facts, err := p.step(ctx, visura, v)
		if err != nil {
			return fmt.Errorf("advance %s: %w", visura, err)
		}
		if next == nil {
			return p.tell(ctx, id, v, m)
		}
		m.Facts, m.Correlation = facts, cmp.Or(v.Correlation, m.Correlation)
		done, err := handle(ctx, p.Handler, stream, AnyRevision, m, next)
		if err != nil {
			return fmt.Errorf("advance %s: %w", visura, err)
		}
		written := remembered(p.Handler, stream)
		if v = written.state; !done.Wrote || written.position != done.Position {
			if v, err = Fact(ctx, p.Handler, stream); err != nil {
				return fmt.Errorf("advance: %w", err)
			}
		}
	}
	return fmt.Errorf("advance %s: no end after %d steps", visura, maxSteps)
}

// tell has the requester told of an end that is still to be told. Most requests never
// waited, and nobody is woken for them.
func (p *Emission) tell(ctx context.Context, id string, v domain.Visura, m domain.Meta) error {
	if p.Tell == nil || v.Untold == "" || !v.Status.Final() {
		return nil
	}
	return p.Tell(ctx, id, m)
}

// step does what the visura waits for and returns the command that records it,
// with the revisions of the streams it rests on; no command when it waits for
// somebody else.
func (p *Emission) step(ctx context.Context, id domain.VisuraID, v domain.Visura) (next Command[domain.Visura], facts map[string]int64, err error) {
	switch v.Next(p.Handler.Now()) {
	case domain.StartQuery:
		return StartQuery{}, nil, nil
	case domain.QueryAndIssue:
		return p.outcome(ctx, id, v)
	case domain.WaitToRetry:
		return nil, nil, &PostponedError{At: v.RetryAt, Cause: errors.New("the registry is to be asked later")}
	case domain.GiveUp:
		next, err = p.giveUp(ctx, id, v)
	}
	return next, nil, err
}

// outcome does what an open intent asks for and returns the command that
// records how it ended. What a crash interrupted after the document was
// archived is finished without asking again.
func (p *Emission) outcome(ctx context.Context, id domain.VisuraID, v domain.Visura) (next Command[domain.Visura], facts map[string]int64, err error) {
	if settled, err := p.settled(ctx, id); settled != nil || err != nil {
		return settled, nil, err
	}
	caso, facts, err := p.parties(ctx, id, v)
	if err == nil {
		caso.Modello, err = Modello(ctx, p.Handler, v.Request.Comune, v.Query.Modello)
	}
	if err != nil {
		return nil, nil, err
	}
	if caso.Scheda, err = p.Anagrafe.Consult(ctx, p.query(caso)); err != nil {
		next, err = p.failure(v, err)
		return next, facts, err
	}
	next, err = p.issue(ctx, caso)
	return next, facts, err
}

// settled returns the command that records what only remains to be recorded: a
// document that is archived, or a data key that is gone; nil when the registry
// is still to be asked.
func (p *Emission) settled(ctx context.Context, id domain.VisuraID) (Command[domain.Visura], error) {
	kept, ok, err := p.Archive.Get(ctx, id)
	switch {
	case errors.Is(err, ErrErased):
		return failErased, nil
	case err != nil:
		return nil, err
	case ok:
		return IssueVisura(kept.Event), nil
	}
	return nil, nil
}

// parties gathers everything around the request that the document shows or the
// call needs, as of the look at the log that this advance began with or a later
// one, and the revisions it was read at.
func (p *Emission) parties(ctx context.Context, id domain.VisuraID, v domain.Visura) (c documento.Case, revisions map[string]int64, err error) {
	c = documento.Case{ID: id, Visura: v, Day: domain.ItalianDay(v.QueryAt), VerifyURL: p.VerifyURL(v.Numero)}
	var around domain.Parties
	g := gathering{handler: p.Handler, revisions: map[string]int64{}}
	g.parties(Refs{Comune: v.Request.Comune, Ente: v.Request.Ente, Convenzione: v.Request.Convenzione}, &around)
	want(&g, v.Requester.Utente.Stream(), &c.Utente)
	err = g.finish(ctx)
	c.Comune, c.Ente, c.Atto = around.Comune, around.Ente, around.Convenzione.Atto(v.Request.Atto)
	c.Ambiente = domain.Simulatore
	if p.ANPR {
		c.Ambiente = c.Comune.Collegamento.Ambiente()
	}
	return c, g.revisions, err
}

func (p *Emission) query(c documento.Case) Query {
	entry, _ := documento.Lookup(c.Visura.Request.Tipo)
	return Query{
		IDOperazione: c.Visura.Query.IDOperazioneComune,
		Comune:       c.Visura.Request.Comune,
		Collegamento: c.Comune.Collegamento.ComuneConnected,
		Soggetto:     c.Visura.Request.Soggetto,
		Entry:        entry,
		Ambito:       c.Visura.Query.Ambito,
		Richiedente:  cmp.Or(c.Ente.Denominazione, "Comune di "+c.Comune.Nome),
		Pratica:      c.Visura.Stated,
		Day:          c.Day,
		At:           p.Handler.Now(),
	}
}

// issue judges the answer, and if a document can be made prints and archives
// it. The event comes from the archive: of two who try at once both announce
// the document that is kept.
func (p *Emission) issue(ctx context.Context, c documento.Case) (Command[domain.Visura], error) {
	now := p.Handler.Now().UTC().Truncate(time.Second)
	c.IssuedAt = domain.ItalianTime(now)
	token := p.found(c)
	doc, warnings, refusal := documento.Compose(c)
	switch {
	case refusal != nil && refusal.Elsewhere && c.Visura.MayGoBeyond():
		return LookBeyond{Attempt: c.Visura.Query.Attempt, ANPR: c.Scheda.IDOperazioneANPR}, nil
	case refusal != nil:
		return CloseVisura{Reason: refusal.Code, Ambito: c.Visura.Ambito(), Warnings: codes(c.Scheda), ANPR: c.Scheda.IDOperazioneANPR, SubjectToken: token}, nil
	}
	pdf, pages, err := p.Renderer.Render(doc)
	if err != nil {
		return nil, fmt.Errorf("render: %w", err)
	}
	kept, err := p.Archive.Put(ctx, c.ID, Issue{PDF: pdf, Event: domain.VisuraIssued{
		Numero: doc.Numero, SHA256: SHA256(pdf), Size: len(pdf), Pages: pages,
		IDOperazioneANPR: c.Scheda.IDOperazioneANPR, IDOperazioneComune: c.Visura.Query.IDOperazioneComune, Ambito: c.Visura.Ambito(),
		NumeroPratica: printed(c.Visura), IssuedAt: now, Template: documento.Template, Modello: c.Modello.Versione, Ambiente: c.Ambiente, Warnings: findingCodes(warnings), SubjectToken: token,
	}})
	if err != nil {
		return nil, err
	}
	return IssueVisura(kept.Event), nil
}

// printed is the number of the case that a document bears, if it is not the one it was
// asked for with.
func printed(v domain.Visura) string {
	if v.Stated == v.Request.Purpose.NumeroPratica {
		return ""
	}
	return v.Stated
}

// found returns the token of the person whose card the answer is about, however
// they were asked for; empty when it is about nobody in particular.
func (p *Emission) found(c documento.Case) string {
	if person, ok := documento.Found(c); ok {
		return p.Handler.Secrets.SubjectToken(person)
	}
	return ""
}

// SHA256 is the hash of a file in lower-case hexadecimal.
func SHA256(file []byte) string {
	sum := sha256.Sum256(file)
	return hex.EncodeToString(sum[:])
}

// codes are those of the registry on the answer and on its cards, each once.
func codes(s scheda.Scheda) (codes []string) {
	flags := s.Anomalie
	for _, p := range s.Persone {
		flags = slices.Concat(flags, p.Anomalie)
	}
	for _, f := range flags {
		if !slices.Contains(codes, f.Codice) {
			codes = append(codes, f.Codice)
		}
	}
	return codes
}

func findingCodes(warnings []documento.Finding) (codes []string) {
	for _, w := range warnings {
		codes = append(codes, w.Code)
	}
	return codes
}
