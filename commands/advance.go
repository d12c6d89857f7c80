package commands

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/visure-anagrafiche/visure/domain"
	"github.com/visure-anagrafiche/visure/domain/documento"
)

// Process carries visure from approval to document. Whoever knows of an event
// or of a passed deadline calls Advance; what to do follows from the state at
// the stream's head, so a call too many finds nothing to do.
type Process struct {
	Handler   *Handler
	Anagrafe  Anagrafe
	Renderer  Renderer
	Archive   Archive
	VerifyURL func(domain.CIUV) string // what the QR of a document leads to

	// advances lets in one advance of a visura at a time. Without it a reminder
	// that comes while ANPR is slow would ask a second time; that does no harm,
	// but ANPR counts it.
	advances turns
}

// maxSteps bounds one call of Advance: the longest road from request to
// document has four steps.
const maxSteps = 8

// Advance takes the steps a visura waits for until there is none. It may run
// twice at once: each outcome is recorded by a command that ignores what is
// already recorded. It answers a *PostponedError when the visura can only go on
// later, and any other error when trying again soon may help.
func (p *Process) Advance(ctx context.Context, id domain.VisuraID, env Envelope) error {
	done, err := p.advances.take(ctx, string(id.Stream()))
	if err != nil {
		return fmt.Errorf("advance %s: %w", id, err)
	}
	defer done()
	env.By, env.CommandID = domain.Sistema, "" // each step is a command of its own
	for range maxSteps {
		v, err := Load(ctx, p.Handler, id.Stream())
		if err != nil {
			return fmt.Errorf("advance: %w", err)
		}
		var next Command[domain.Visura]
		switch v.Next(p.Handler.Now()) {
		case domain.ApproveBySilence:
			next = ApproveBySilence{}
		case domain.StartQuery:
			next = StartQuery{Visura: id}
		case domain.QueryAndIssue:
			if next, err = p.outcome(ctx, id, v); err != nil {
				return fmt.Errorf("advance %s: %w", id, err)
			}
		case domain.WaitToRetry:
			return &PostponedError{At: v.RetryAt, Cause: errors.New("the registry is to be asked later")}
		case domain.GiveUp:
			if next, err = p.giveUp(ctx, id, v); err != nil {
				return fmt.Errorf("advance %s: %w", id, err)
			}
		default:
			return nil
		}
		if _, err := Handle(ctx, p.Handler, id.Stream(), env, next); err != nil {
			return fmt.Errorf("advance %s: %w", id, err)
		}
	}
	return fmt.Errorf("advance %s: no end after %d steps", id, maxSteps)
}

// outcome does what an open intent asks for and returns the command that
// records how it ended. What a crash interrupted after the document was
// archived is finished without asking again.
func (p *Process) outcome(ctx context.Context, id domain.VisuraID, v domain.Visura) (Command[domain.Visura], error) {
	if settled, err := p.settled(ctx, id); settled != nil || err != nil {
		return settled, err
	}
	c, err := p.parties(ctx, id, v)
	if err != nil {
		return nil, err
	}
	c.Scheda, err = p.Anagrafe.Consult(ctx, p.query(c))
	if err != nil {
		return p.failure(v, err)
	}
	return p.issue(ctx, c)
}

// settled returns the command that records what only remains to be recorded: a
// document that is archived, or a data key that is gone; nil when the registry
// is still to be asked.
func (p *Process) settled(ctx context.Context, id domain.VisuraID) (Command[domain.Visura], error) {
	kept, ok, err := p.Archive.Get(ctx, id)
	switch {
	case errors.Is(err, ErrErased):
		return failErased, nil
	case err != nil:
		return nil, err
	case ok:
		return IssueVisura{kept.Event}, nil
	}
	return nil, nil
}

// parties loads everything around the request that the document shows or the
// call needs.
func (p *Process) parties(ctx context.Context, id domain.VisuraID, v domain.Visura) (c documento.Case, err error) {
	c = documento.Case{ID: id, Visura: v, Day: domain.ItalianDay(v.QueryAt), VerifyURL: p.VerifyURL(domain.NewCIUV(id))}
	if c.Comune, err = Load(ctx, p.Handler, v.Request.Comune.Stream()); err != nil {
		return c, err
	}
	if c.Ente, err = Load(ctx, p.Handler, v.Request.Ente.Stream()); err != nil {
		return c, err
	}
	if c.Convenzione, err = Load(ctx, p.Handler, v.Request.Convenzione.Stream()); err != nil {
		return c, err
	}
	c.Utente, err = Load(ctx, p.Handler, v.Requester.Utente.Stream())
	return c, err
}

func (p *Process) query(c documento.Case) Query {
	entry, _ := documento.Lookup(c.Visura.Request.Tipo)
	return Query{
		IDOperazione: c.Visura.Query.IDOperazioneComune,
		Comune:       c.Visura.Request.Comune,
		Collegamento: c.Comune.Collegamento,
		Soggetto:     c.Visura.Request.Soggetto,
		Entry:        entry,
		Nazionale:    c.Visura.Request.Ambito == domain.Nazionale,
		Pratica:      c.Visura.Request.Purpose.NumeroPratica,
		Day:          c.Day,
		At:           p.Handler.Now(),
	}
}

// issue judges the answer, and if a document can be made prints and archives
// it. The event comes from the archive: of two who try at once both announce
// the document that is kept.
func (p *Process) issue(ctx context.Context, c documento.Case) (Command[domain.Visura], error) {
	now := p.Handler.Now().UTC().Truncate(time.Second)
	c.IssuedAt = domain.ItalianTime(now)
	doc, warnings, refusal := documento.Compose(c)
	if refusal != nil {
		return CloseVisura{domain.VisuraNotIssuable{Reason: refusal.Code, Warnings: codes(c.Scheda.Anomalie), ANPR: c.Scheda.IDOperazioneANPR}}, nil
	}
	pdf, pages, err := p.Renderer.Render(doc)
	if err != nil {
		return nil, fmt.Errorf("render: %w", err)
	}
	kept, err := p.Archive.Put(ctx, c.ID, Issue{PDF: pdf, Event: domain.VisuraIssued{
		Numero: doc.Numero, SHA256: fingerprint(pdf), Size: len(pdf), Pages: pages,
		IDOperazioneANPR: c.Scheda.IDOperazioneANPR, IDOperazioneComune: c.Visura.Query.IDOperazioneComune,
		IssuedAt: now, Template: documento.TemplateV1, Warnings: findingCodes(warnings),
	}})
	if err != nil {
		return nil, err
	}
	return IssueVisura{kept.Event}, nil
}
