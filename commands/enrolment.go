package commands

import (
	"context"
	"errors"
	"net/netip"
	"time"

	"github.com/visure-anagrafiche/visure/domain"
)

// Workstations keeps what proves a workstation. It is safe for concurrent use.
type Workstations interface {
	// Link makes the secret of a link by which a device enrols, once, within a day.
	Link(ctx context.Context, id domain.PostazioneID) (string, error)
	// Linked returns the workstation a link is for, and leaves it as it is; ErrRefused
	// for one that does not work.
	Linked(ctx context.Context, link string) (domain.PostazioneID, error)
	// Enrol uses a link up and returns the secret that proves the device from then on;
	// those before it no longer do.
	Enrol(ctx context.Context, link string) (id domain.PostazioneID, secret string, err error)
	// Certify has a certificate, by its SHA-256, prove the workstation if it proves none
	// yet, or the one instead of which it is to; it returns the one it proves.
	Certify(ctx context.Context, id domain.PostazioneID, fingerprint string, instead domain.PostazioneID) (domain.PostazioneID, error)
}

// Enrolment gives workstations what proves them.
type Enrolment struct {
	Handler      *Handler
	Workstations Workstations
	PublicURL    string // without a slash at its end
}

// Link returns the address at which a device enrols as a workstation, once. It is for
// who administers the workstation's Ente, once a Comune has authorised it.
func (e *Enrolment) Link(ctx context.Context, m domain.Meta, from netip.Addr, id domain.PostazioneID) (string, error) {
	who, err := Standing(ctx, e.Handler, m.By)
	if err != nil {
		return "", err
	}
	p, err := Fact(ctx, e.Handler, id.Stream())
	if err != nil {
		return "", err
	}
	r, _ := who.Reach(m.By, e.Handler.Now())
	switch {
	case !r.Appoints:
		return "", domain.Errorf(domain.Forbidden, "operazione riservata a chi amministra gli utenti")
	case !reaches(r, p):
		return "", errNoPostazione
	case !p.Usable() || p.Certificato != "":
		return "", domain.Errorf(domain.Conflict, "la postazione non è autorizzata, o ha un certificato")
	}
	secret, err := e.Workstations.Link(ctx, id)
	if err != nil {
		return "", err
	}
	entry := domain.AccessRecorded{Action: "link-postazione", Object: string(id.Stream()), Outcome: "ok", Address: from.String()}
	return e.PublicURL + "/postazione/" + secret, RecordAccess(ctx, e.Handler, m, entry)
}

// reaches says whether a workstation is of any pair within reach.
func reaches(r domain.Reach, p domain.Postazione) bool {
	for _, c := range p.Comuni {
		if r.Covers(domain.Object{Ente: p.Ente, Comune: c.Comune}) {
			return true
		}
	}
	return false
}

// Enrol uses a link up and returns the secret that the device keeps.
func (e *Enrolment) Enrol(ctx context.Context, m domain.Meta, link string) (secret string, err error) {
	id, err := e.Linked(ctx, link)
	if err != nil {
		return "", err
	}
	m.By = domain.Sistema
	if _, err := Handle(ctx, e.Handler, id.Stream(), m, EnrolPostazione{}); err != nil {
		return "", err
	}
	if _, secret, err = e.Workstations.Enrol(ctx, link); errors.Is(err, ErrRefused) {
		return "", errLink
	}
	return secret, err
}

// Linked returns the workstation a link is for, and leaves the link as it is.
func (e *Enrolment) Linked(ctx context.Context, link string) (domain.PostazioneID, error) {
	id, err := e.Workstations.Linked(ctx, link)
	if errors.Is(err, ErrRefused) {
		return "", errLink
	}
	return id, err
}

// SoftwareTokens makes and keeps tokens of software. It is safe for concurrent use.
type SoftwareTokens interface {
	// Draw returns a token, shown once, and the name by which the history knows it. It
	// is good for nothing until Keep.
	Draw() (token, name string)
	// Keep stores a token that was drawn, by its hash alone.
	Keep(ctx context.Context, token string, id domain.ApplicativoID, issued domain.TokenIssued) error
	// LastUses returns when the tokens of software that have not expired were last used,
	// within a minute, by their names. Those that never were are not there.
	LastUses(ctx context.Context, id domain.ApplicativoID) (map[string]time.Time, error)
}

// GiveToken gives software a token that lives until a time; it is shown once.
func GiveToken(ctx context.Context, h *Handler, tokens SoftwareTokens, m domain.Meta, id domain.ApplicativoID, cmd IssueToken) (token string, done Outcome, err error) {
	token, cmd.Token = tokens.Draw()
	done, err = Handle(ctx, h, id.Stream(), m, cmd)
	if err != nil {
		return "", Outcome{}, err
	}
	return token, done, tokens.Keep(ctx, token, id, domain.TokenIssued{Token: cmd.Token, Expires: cmd.Expires})
}
