package generate

import (
	"context"
	"fmt"
	"log/slog"
	"time"

	"github.com/google/uuid"

	"github.com/visure-anagrafiche/visure/adapters/esdb"
	"github.com/visure-anagrafiche/visure/commands"
	"github.com/visure-anagrafiche/visure/domain"
)

// Waits say which requests to add that wait for silence. All are required.
type Waits struct {
	Data     string // the folder of a server that is stopped
	Token    string // of the operator who asks
	Request  commands.RequestVisura
	Subjects []domain.CodiceFiscale // in turn, none of them of the Comune
	Requests int
	Due      func(i int) time.Time // when the term of each ends
	Log      *slog.Logger
}

// Wait adds the requests: each is asked for and found to be about nobody of the
// Comune's own, as a moment ago, and waits. The first is decided as any command is;
// the others are written like it.
func Wait(ctx context.Context, o Waits) error {
	f, err := openFolder(ctx, o.Data, o.Log)
	defer f.close()
	if err != nil {
		return err
	}
	by, err := f.tokens.Authenticate(ctx, "Bearer "+o.Token)
	if err != nil {
		return err
	}
	if err := f.carriedOn(); err != nil {
		return err
	}
	asked, err := f.admit(ctx, by, o)
	if err != nil {
		return err
	}
	out := newWriter(ctx, f.store, f.keys.Destroy)
	for i := range o.Requests {
		id, at := domain.VisuraID(uuid.NewString()), time.Now().UTC()
		request, due := asked, o.Due(i)
		request.Soggetto = domain.Soggetto{CodiceFiscale: o.Subjects[i%len(o.Subjects)]}
		request.SubjectToken = f.keys.SubjectToken(request.Soggetto)
		sought := domain.ResidentSought{Attempt: 1, IDOperazioneComune: domain.NewIDOperazione(id, 1, at), Ambito: domain.Comunale, Numero: f.keys.Numero(string(id))}
		m := domain.Meta{At: at, By: by, CommandID: uuid.NewString(), Correlation: string(id)}
		m.Causation = m.CommandID
		found := m
		found.By, found.CommandID = domain.Sistema, uuid.NewString()
		err := out.write(ctx, chunk{string(id.Stream()), commands.NoStream, []esdb.Decided{
			{Events: []domain.Event{request, sought}, Meta: m},
			{Events: []domain.Event{domain.NotResident{Attempt: 1}, domain.ConfirmationAwaited{Due: &due}}, Meta: found},
		}, false})
		if err != nil {
			break // finish tells why
		}
	}
	return out.finish()
}

// admit has one request decided, and withdrawn, and returns what was asked for as if
// silence confirmed it.
func (f *folder) admit(ctx context.Context, by domain.Actor, o Waits) (domain.VisuraRequested, error) {
	h := &commands.Handler{Store: f.store, Secrets: f.keys, Now: time.Now, NewID: uuid.NewString}
	stream := domain.VisuraID(uuid.NewString()).Stream()
	o.Request.Soggetto = commands.SoggettoRichiesto{CodiceFiscale: string(o.Subjects[0])}
	if _, err := commands.Handle(ctx, h, stream, domain.Meta{By: by}, commands.Command[domain.Visura](o.Request)); err != nil {
		return domain.VisuraRequested{}, fmt.Errorf("ask: %w", err)
	}
	v, err := commands.Load(ctx, h, stream)
	if err != nil {
		return v.Request, err
	}
	v.Request.Conferma = domain.SilenzioAssenso
	_, err = commands.Handle(ctx, h, stream, domain.Meta{By: by}, commands.Command[domain.Visura](commands.WithdrawVisura{}))
	return v.Request, err
}

// Approval is when silence approved a request, and when that was recorded.
type Approval struct{ Effective, Recorded time.Time }

// Outcomes are what became of requests.
type Outcomes struct {
	Approvals []Approval
	Twice     int // further approvals of a request that has one: there should be none
	Issued    int
}

// Approved reads what silence approved in the folder of a server that is stopped,
// after a position, and returns the end as the next is to begin.
func Approved(ctx context.Context, data string, after domain.Position, log *slog.Logger) (found Outcomes, end domain.Position, err error) {
	f, err := openFolder(ctx, data, log)
	defer f.close()
	if err != nil {
		return found, after, err
	}
	once := map[string]bool{}
	// What was asked for and found out stands before.
	later := func(stream string, revision uint64) bool {
		return domain.CategoryOf(stream) == domain.VisuraCategory && revision >= 4
	}
	for done := false; !done; {
		after, done, err = f.store.Since(ctx, after, 2000, later, func(r domain.Recorded) {
			switch e := r.Event.(type) {
			case domain.VisuraApproved:
				if e.Conferma != domain.SilenzioAssenso {
					return
				}
				if once[r.Stream] {
					found.Twice++
				}
				once[r.Stream] = true
				found.Approvals = append(found.Approvals, Approval{e.Effective, r.Meta.At})
			case domain.VisuraIssued:
				found.Issued++
			}
		})
		if err != nil {
			return found, after, err
		}
	}
	return found, after, nil
}
