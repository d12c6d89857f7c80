package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"time"

	"github.com/pquerna/otp/totp"

	"github.com/visure-anagrafiche/visure/commands"
	"github.com/visure-anagrafiche/visure/domain"
)

// The quotas that are measured: of the user and the Ente in the act, of all Enti in the
// Comune's rules. None of them is ever used up.
var (
	quotasOfAct = []domain.Quota{
		{Di: domain.DiUtente, Misura: domain.Richieste, Per: domain.AlGiorno, Limite: domain.LimiteMassimo},
		{Di: domain.DiEnte, Misura: domain.Richieste, Per: domain.AlMese, Limite: domain.LimiteMassimo},
		{Di: domain.DiEnte, Misura: domain.Soggetti, Per: domain.AlGiorno, Limite: domain.LimiteMassimo},
	}
	quotasOfComune = []domain.Quota{{Di: domain.DiComune, Misura: domain.Richieste, Per: domain.AlGiorno, Limite: domain.LimiteMassimo}}
)

// rationing is who administers the Comune of a demo, in a session, and puts quotas on and
// takes them off.
type rationing struct {
	url   string
	token string
	id    domain.ConvenzioneID // of the act
	act   commands.DraftConvenzione
}

// ration signs the TOP of a demo in, whose accounts are in a folder.
func (s *server) ration(ctx context.Context, data string) (*rationing, error) {
	r := &rationing{url: s.url}
	if err := r.signIn(ctx, filepath.Join(data, accountsFile)); err != nil {
		return nil, fmt.Errorf("sign the TOP in: %w", err)
	}
	var acts struct {
		Items []struct {
			ID domain.ConvenzioneID `json:"id"`
		} `json:"items"`
	}
	if err := r.call(ctx, http.MethodGet, "/convenzioni", nil, &acts); err != nil || len(acts.Items) != 1 {
		return nil, fmt.Errorf("the demo has %d acts: %w", len(acts.Items), err)
	}
	r.id = acts.Items[0].ID
	var act struct {
		Atti []commands.DraftConvenzione `json:"atti"`
	}
	if err := r.call(ctx, http.MethodGet, "/convenzioni/"+string(r.id), nil, &act); err != nil || len(act.Atti) == 0 {
		return nil, fmt.Errorf("no act is in force: %w", err)
	}
	r.act = act.Atti[len(act.Atti)-1]
	return r, nil
}

// signIn begins a session with a second factor, in the capacity of TOP.
func (r *rationing) signIn(ctx context.Context, file string) error {
	var accounts map[domain.Role]demoAccount
	if err := readJSON(file, &accounts); err != nil {
		return err
	}
	top := accounts[domain.RoleTop]
	// The next code: the one of now may have been used up when the account was opened.
	code, err := totp.GenerateCode(top.TOTP, time.Now().Add(30*time.Second))
	if err != nil {
		return err
	}
	var step struct {
		Passo string `json:"passo"`
	}
	if err := r.call(ctx, http.MethodPost, "/sessions", map[string]string{"accesso": top.Codice, "password": top.Password}, &step); err != nil {
		return err
	}
	if err := r.begin(ctx, "/sessions/completion", map[string]string{"passo": step.Passo, "totp": code}); err != nil {
		return err
	}
	return r.begin(ctx, "/session/capacity", map[string]string{"role": string(domain.RoleTop), "comune": string(comune)})
}

// begin begins a session, or changes it.
func (r *rationing) begin(ctx context.Context, path string, body any) error {
	var s struct {
		Token string `json:"token"`
	}
	err := r.call(ctx, http.MethodPost, path, body, &s)
	r.token = s.Token
	return err
}

// on puts quotas on.
func (r *rationing) on(ctx context.Context) error { return r.set(ctx, quotasOfAct, quotasOfComune) }

// off takes them off. Of nobody who administers there are none.
func (r *rationing) off(ctx context.Context) error {
	if r == nil {
		return nil
	}
	return r.set(ctx, nil, nil)
}

// set has the act and the Comune set quotas.
func (r *rationing) set(ctx context.Context, ofAct, ofComune []domain.Quota) error {
	act := r.act
	act.Massimo.Quote = ofAct
	path := "/convenzioni/" + string(r.id)
	return errors.Join(
		r.call(ctx, http.MethodPut, "/comuni/"+string(comune)+"/rules", commands.SetRules{Quote: ofComune}, nil),
		r.call(ctx, http.MethodPut, path, act, nil),
		r.call(ctx, http.MethodPost, path+"/activation", commands.ActivateConvenzione{}, nil))
}

// call asks the API something, and decodes its answer.
func (r *rationing) call(ctx context.Context, method, path string, body, answer any) error {
	var text []byte
	if body != nil {
		var err error
		if text, err = json.Marshal(body); err != nil {
			return err
		}
	}
	req, err := http.NewRequestWithContext(ctx, method, r.url+"/api/v1"+path, bytes.NewReader(text))
	if err != nil {
		return err
	}
	req.Header.Set("Content-Type", "application/json")
	if r.token != "" {
		req.Header.Set("Authorization", "Bearer "+r.token)
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	said, err := io.ReadAll(resp.Body)
	switch {
	case err != nil:
		return err
	case resp.StatusCode != http.StatusOK && resp.StatusCode != http.StatusAccepted:
		return fmt.Errorf("%s %s is answered %s: %s", method, path, resp.Status, said)
	case answer == nil:
		return nil
	}
	return json.Unmarshal(said, answer)
}

// readJSON reads a file.
func readJSON(file string, into any) error {
	text, err := os.ReadFile(file)
	if err != nil {
		return err
	}
	return json.Unmarshal(text, into)
}
