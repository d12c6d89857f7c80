package web

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"time"

	"github.com/visure-anagrafiche/visure/commands"
	"github.com/visure-anagrafiche/visure/domain"
	"github.com/visure-anagrafiche/visure/projections"
)

// Accepted is the answer to a command. Visura is there if the client preferred
// to wait and it came to its outcome, or to await an officer, in time.
type Accepted struct {
	ID       domain.VisuraID              `json:"id"`
	Position string                       `json:"position" example:"48211-48211"`
	Visura   *projections.VisuraDettaglio `json:"visura,omitempty"`
}

// VisuraPath names a visura in an address.
type VisuraPath struct {
	ID string `path:"id" doc:"UUID della richiesta, in lettere minuscole, scelto da chi chiede" example:"5b1f6a4e-7f0c-4a54-9a53-3f2f0a9d2c11"`
}

type requestInput struct {
	VisuraPath
	Prefer string `header:"Prefer" doc:"wait=N: attende l'esito fino a N secondi, 30 al massimo (RFC 7240)" example:"wait=10"`
	Body   commands.RequestVisura
}

type acceptedOutput struct {
	Status   int
	Location string `header:"Location" doc:"Dove leggere la visura"`
	Position string `header:"Visura-Position" doc:"Posizione dell'ultimo evento scritto"`
	Applied  string `header:"Preference-Applied" doc:"L'attesa accolta"`
	Body     Accepted
}

// request asks for a visura and, if the client prefers to wait, for its
// outcome.
func (s *Server) request(ctx context.Context, in *requestInput) (*acceptedOutput, error) {
	wait, err := parsePrefer(in.Prefer)
	if err != nil {
		return nil, err
	}
	began := s.Commands.Now()
	out, pos, err := send(ctx, s, in.ID, in.Body)
	if err != nil || wait == 0 {
		return out, err
	}
	out.Applied = fmt.Sprintf("wait=%d", int(wait.Seconds()))
	visura, err := s.outcome(ctx, out.Body.ID, pos, wait)
	if visura != nil && visura.RequestedAt.Before(began) {
		// Repeated, the request is no fact of its own: what is left is a read.
		err = s.journalRead(ctx, "")
	}
	switch {
	case err != nil: // accepted it is all the same
		s.Log.Warn("outcome not shown", "visura", out.Body.ID, "request", requestID(ctx), "err", err)
	case visura != nil:
		out.Status, out.Body.Visura = http.StatusOK, visura
	}
	return out, nil
}

type decideInput[C any] struct {
	VisuraPath
	Body C
}

// decide exposes one decision on a visura: the body is the command.
func decide[C commands.Command[domain.Visura]](s *Server) func(context.Context, *decideInput[C]) (*acceptedOutput, error) {
	return func(ctx context.Context, in *decideInput[C]) (*acceptedOutput, error) {
		out, _, err := send(ctx, s, in.ID, in.Body)
		return out, err
	}
}

// send hands a command to the handler, and returns besides the answer the
// position at which its effect can be read.
func send[C commands.Command[domain.Visura]](ctx context.Context, s *Server, visura string, cmd C) (*acceptedOutput, domain.Position, error) {
	id, err := domain.ParseVisuraID(visura)
	if err != nil {
		return nil, domain.Position{}, at("id", err)
	}
	pos, err := commands.Handle(ctx, s.Commands, id.Stream(), envelope(ctx), cmd)
	if err != nil {
		return nil, pos, err
	}
	return &acceptedOutput{
		Status: http.StatusAccepted, Location: "/api/v1/visure/" + string(id), Position: pos.String(),
		Body: Accepted{ID: id, Position: pos.String()},
	}, pos, nil
}

// outcome waits until the visura, from what the command at pos made of it on,
// has ended or awaits an officer; nil when it has done neither in time. The
// requester reads what they just asked for, so the request itself is the trace.
func (s *Server) outcome(ctx context.Context, id domain.VisuraID, pos domain.Position, wait time.Duration) (*projections.VisuraDettaglio, error) {
	if err := of(ctx).patient(); err != nil {
		return nil, fmt.Errorf("lift the bound on reading: %w", err)
	}
	waiting, cancel := s.wait(ctx, wait)
	defer cancel()
	changed, stop := s.Runner.Watch(id)
	defer stop()
	if err := s.Runner.Await(waiting, projections.Dettaglio{}.Name(), pos); err != nil {
		if waiting.Err() != nil || errors.Is(err, projections.ErrDetached) {
			return nil, nil
		}
		return nil, err
	}
	for {
		d, err := s.Dettagli.One(waiting, projections.ScopeOf(of(ctx).by), id)
		switch {
		case err == nil && (d.Status.Final() || d.Status == domain.Awaiting):
			return &d, nil
		case err != nil && domain.CodeOf(err) != domain.NotFound && waiting.Err() == nil:
			return nil, err
		}
		select {
		case <-changed:
		case <-waiting.Done():
			return nil, nil
		}
	}
}

type readInput struct {
	VisuraPath
	AtLeast string `query:"at_least" doc:"Posizione che la lettura deve aver raggiunto; attende per qualche secondo" example:"48211-48211"`
	Known   string `header:"If-None-Match" doc:"ETag della versione che chi legge ha già"`
}

type readOutput struct {
	Status   int
	ETag     string `header:"ETag" doc:"Cambia a ogni fatto della storia"`
	Position string `header:"Visura-Position" doc:"Posizione dell'ultimo fatto mostrato"`
	Body     projections.VisuraDettaglio
}

// read shows one visura with its timeline.
func (s *Server) read(ctx context.Context, in *readInput) (*readOutput, error) {
	id, err := domain.ParseVisuraID(in.ID)
	if err != nil {
		return nil, at("id", err)
	}
	if err := s.reach(ctx, projections.Dettaglio{}.Name(), in.AtLeast); err != nil {
		return nil, err
	}
	d, err := s.Dettagli.One(ctx, projections.ScopeOf(of(ctx).by), id)
	if err != nil {
		return nil, err
	}
	if err := s.journalRead(ctx, ""); err != nil {
		return nil, err
	}
	out := &readOutput{Status: http.StatusOK, ETag: fmt.Sprintf(`W/"%d"`, d.Revision), Position: d.Position, Body: d}
	if knows(in.Known, out.ETag) {
		out.Status = http.StatusNotModified
	}
	return out, nil
}

// knows says whether an If-None-Match header lists a version (RFC 9110 section
// 13.1.2).
func knows(header, etag string) bool {
	for known := range strings.SplitSeq(header, ",") {
		known = strings.TrimSpace(known)
		if known == "*" || known != "" && strings.TrimPrefix(known, "W/") == strings.TrimPrefix(etag, "W/") {
			return true
		}
	}
	return false
}

type documentOutput struct {
	ContentType string `header:"Content-Type"`
	Length      int    `header:"Content-Length" doc:"Dimensione in byte"`
	Disposition string `header:"Content-Disposition" doc:"Nome del file"`
	ETag        string `header:"ETag" doc:"SHA-256 del documento"`
	Position    string `header:"Visura-Position" doc:"Posizione in cui lo scaricamento è registrato"`
	Body        []byte
}

// download hands the document out, after recording that it does.
func (s *Server) download(ctx context.Context, in *VisuraPath) (*documentOutput, error) {
	id, err := domain.ParseVisuraID(in.ID)
	if err != nil {
		return nil, at("id", err)
	}
	pos, err := commands.Handle(ctx, s.Commands, id.Stream(), envelope(ctx), commands.RecordDownload{})
	if err != nil {
		return nil, err
	}
	issue, ok, err := s.Archive.Get(ctx, id)
	switch {
	case errors.Is(err, commands.ErrErased):
		return nil, domain.Errorf(domain.Conflict, "i dati di questa visura sono stati cancellati")
	case err != nil:
		return nil, err
	case !ok:
		return nil, fmt.Errorf("document of %s is not in the archive", id)
	}
	if err := s.journalRead(ctx, ""); err != nil {
		return nil, err
	}
	return &documentOutput{
		ContentType: "application/pdf",
		Length:      len(issue.PDF),
		Disposition: fmt.Sprintf(`attachment; filename="visura-%s.pdf"`, issue.Event.Numero),
		ETag:        `"` + issue.Event.SHA256 + `"`,
		Position:    pos.String(),
		Body:        issue.PDF,
	}, nil
}
