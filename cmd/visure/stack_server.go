package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"strings"
	"syscall"
	"time"

	"github.com/visure-anagrafiche/visure/adapters/auth"
	"github.com/visure-anagrafiche/visure/adapters/esdb"
	"github.com/visure-anagrafiche/visure/adapters/pdf"
	"github.com/visure-anagrafiche/visure/adapters/web"
	"github.com/visure-anagrafiche/visure/adapters/web/api"
	"github.com/visure-anagrafiche/visure/adapters/web/changes"
	"github.com/visure-anagrafiche/visure/adapters/web/edge"
	"github.com/visure-anagrafiche/visure/adapters/web/pages"
	"github.com/visure-anagrafiche/visure/commands"
	"github.com/visure-anagrafiche/visure/domain"
	"github.com/visure-anagrafiche/visure/projections"
)

// listen takes the server's address before anything else is started: one that
// is taken is told at once, and documents printed while the other parts start
// bear the right one. Who calls meanwhile waits.
func (s *stack) listen(context.Context) (err error) {
	if s.listener, err = net.Listen("tcp", s.config.Listen); errors.Is(err, syscall.EADDRINUSE) {
		return fmt.Errorf("%w: choose another address with --listen or VISURE_LISTEN", err)
	} else if err != nil {
		return err
	}
	s.onClose(func() { s.listener.Close() })
	s.config.Listen = s.listener.Addr().String()
	s.url = "http://" + s.config.Listen
	return nil
}

// runServer answers until the stack is closed; then it lets open requests
// finish, first of all parts, so that nothing new comes in.
func (s *stack) runServer(context.Context) error {
	s.report("server       http://%s", s.config.Listen)
	stopping, stop := context.WithCancel(context.Background())
	face := s.web(stopping)
	server := &http.Server{
		Handler: face.Handler(), ReadHeaderTimeout: 10 * time.Second, ReadTimeout: 30 * time.Second,
		WriteTimeout: 90 * time.Second, IdleTimeout: 2 * time.Minute, MaxHeaderBytes: 32 << 10,
	}
	var err, unmeasured error
	server.TLSConfig, err = s.config.TLS.server()
	face.Edge.Took, unmeasured = s.timeHTTP()
	if err := errors.Join(err, unmeasured); err != nil {
		stop()
		return err
	}
	go func() {
		serve := func() error { return server.Serve(s.listener) }
		if server.TLSConfig != nil {
			serve = func() error { return server.ServeTLS(s.listener, "", "") }
		}
		if err := serve(); !errors.Is(err, http.ErrServerClosed) {
			s.failed <- fmt.Errorf("HTTP server: %w", err)
		}
	}()
	s.onClose(func() {
		stop()
		ctx, cancel := context.WithTimeout(context.Background(), s.config.Drain)
		defer cancel()
		if err := server.Shutdown(ctx); err != nil {
			s.log.Error("did not stop cleanly", "part", "HTTP server", "err", err)
		}
		face.Edge.Close()
	})
	return nil
}

// web is the HTTP server over what the stack has opened.
func (s *stack) web(stopping context.Context) *web.Server {
	opener := esdb.NewOpener(s.keys)
	elenco, registers := projections.NewElencoQueries(s.pool, opener), projections.NewRegisters(s.pool, opener)
	access, enrolment := s.comingIn(), s.enrolment()
	border := &edge.Edge{
		Commands: s.handler, Runner: s.runner,
		Callers: s.caller, Workstations: s.access.workstations.Identify, IsUnknown: func(err error) bool { return errors.Is(err, auth.ErrUnknown) },
		Proxies: s.config.Proxies, ClientCertHeader: s.config.ClientCertHeader, PlainHTTP: strings.HasPrefix(s.config.publicURL(), "http://"), Stopping: stopping, Log: s.log,
	}
	dettagli := projections.NewDettaglioQueries(s.pool, opener)
	face := &web.Server{
		Edge: border,
		API: &api.API{
			Edge: border, Archive: s.archive, Annexes: s.annexes, Elenco: elenco, Dettagli: dettagli,
			Access: access, Enrolment: enrolment, Software: s.access.callers.Software, Registers: registers, Connection: s.anpr(),
			Lettere: s.printer.Lettera, Print: s.printer.Render, VerifyURL: s.config.verifyURL, DrawStemma: pdf.Stemma, Health: s.health, Missing: s.missing, Version: version,
			Ricertificazioni: projections.NewRicertificazioniQueries(s.pool), Massive: projections.NewMassiveQueries(s.pool), Casi: projections.NewCasiQueries(s.pool, opener), Statistiche: projections.NewStatisticheQueries(s.pool), Changes: s.changes(), Streaming: api.AtPace,
		},
		Pages: &pages.Pages{
			Edge: border, Registers: registers, Elenco: elenco, Access: access, Enrolment: enrolment,
			Dettagli: dettagli, Comments: s.comments(), Environment: s.config.environment(), Idle: auth.SessionIdle,
			Ricertificazioni: projections.NewRicertificazioniQueries(s.pool), Massive: projections.NewMassiveQueries(s.pool), Casi: projections.NewCasiQueries(s.pool, opener), Statistiche: projections.NewStatisticheQueries(s.pool),
		},
	}
	face.Pages.HandOut, face.Pages.Letter = face.API.HandOut, face.API.Letter
	if s.config.Demo {
		face.Pages.Demo = s.demoUsers()
	}
	face.Pages.Effects, face.Pages.Attach, face.Pages.Annex = face.API.Effects, face.API.Attach, face.API.Annex
	face.Pages.Import = face.API.Import
	face.Pages.ReadPeople, face.Pages.RequestMassiva, face.Pages.Documents = face.API.ReadPeople, face.API.RequestMassiva, face.API.Documents
	face.Pages.ReadOnly = s.storeReadOnly
	face.Pages.ReplaceConnection, face.Pages.TryConnection, face.Pages.Circuit = face.API.ReplaceConnection, face.API.TryConnection, face.API.Circuit
	face.Pages.KeepStemma, face.Pages.Stemma = face.API.KeepStemma, face.API.Stemma
	face.Pages.PreviewModello, face.Pages.PrintModello = face.API.PreviewModello, face.API.PrintModello
	face.Pages.PreviewCalendario = face.API.PreviewCalendario
	return face
}

// keptChanges is how many changes of visure are told again to who was away: a day of
// those of a province, some minutes of those of all Italy. They take some 15 MB, once
// somebody follows.
const keptChanges = 50_000

// streamsOfPerson is how many streams a person may follow at once, and softwarePart which
// part of all one software may, for all it asks for: none takes those of the others.
const (
	streamsOfPerson = 3
	softwarePart    = 10
)

// changes is what streams tell.
func (s *stack) changes() *changes.Changes {
	all := s.config.Streams
	return changes.New(
		changes.Bounds{Kept: keptChanges, All: all, Person: streamsOfPerson, Software: max(all/softwarePart, streamsOfPerson)}, projections.NewNovitaQueries(s.pool).After,
		func() (<-chan struct{}, func()) { return s.runner.Moves(projections.Dettaglio{}.Name()) }, s.log,
	)
}

// anpr is what replaces and tests the Comuni's ways to ANPR; nil without its address.
func (s *stack) anpr() *commands.Connection {
	if s.config.ANPR.URL == "" {
		return nil
	}
	return &s.connection
}

// storeReadOnly says whether nothing can be recorded, as far as this process knows.
func (s *stack) storeReadOnly() bool { return s.readOnly != nil && s.readOnly() }

// health asks every part for its state: nil is well.
func (s *stack) health(ctx context.Context) map[string]error {
	ctx, cancel := context.WithTimeout(ctx, 2*time.Second)
	defer cancel()
	_, err := s.handler.Store.Load(ctx, "comune-000000", commands.NoStream, func(domain.Recorded) {})
	if err == nil && s.storeReadOnly() {
		err = errors.New("it is read-only, since a write to its disk failed: once there is room, restart")
	}
	parts := map[string]error{"postgresql": s.pool.Ping(ctx), "event_store": err}
	for _, view := range s.runner.Health() {
		parts["read_model_"+view.Name] = nil
		if !view.Well() {
			parts["read_model_"+view.Name] = errors.New(view.Error)
		}
	}
	return parts
}
