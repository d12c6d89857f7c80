package main

import (
	"bytes"
	"encoding/json"
	"io"
	"log/slog"
	"mime/quotedprintable"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"

	"github.com/visure-anagrafiche/visure/commands"
	"github.com/visure-anagrafiche/visure/domain"
	"github.com/visure-anagrafiche/visure/projections"
)

// Who downloaded a document is told by mail, once, when the Comune revokes it: by its
// number, and nothing about anybody.
func TestWhoDownloadedARevokedVisuraIsToldByMail(t *testing.T) {
	t.Parallel()
	c := Config{
		Stores: Stores{Data: newData(t), LogLevel: slog.LevelWarn}, Listen: "127.0.0.1:0", Workers: 4, Sweep: 50 * time.Millisecond, Drain: defaultDrain,
		Mail: MailConfig{From: "visure@comune.example"},
	}
	d, err := startDemo(t.Context(), c, demoOptions{People: 100, Seed: 1}, t.Logf)
	defer d.close()
	if err != nil {
		t.Fatal(err)
	}
	operator := d.user(domain.RoleStandard)
	do(t, d, operator.Utente.Stream(), commands.AmendUtente{Cognome: operator.Cognome, Nome: operator.Nome, Email: "operatore@azienda.example"})
	person, id := d.fitting(domain.Residenza), domain.VisuraID(uuid.NewString())
	answer, err := d.as(domain.RoleStandard).request(t.Context(), id, askFor(domain.Residenza, person.CodiceFiscale), 30*time.Second)
	if err != nil || answer.Visura == nil || answer.Visura.Document == nil {
		t.Fatalf("%+v, %v", answer, err)
	}
	if _, err := d.as(domain.RoleStandard).document(t.Context(), id); err != nil {
		t.Fatal(err)
	}
	path := "/api/v1/visure/" + string(id)
	wrong, _ := json.Marshal(commands.RevokeVisura{Motivo: "altra_persona", Testo: "È di un omonimo di " + person.Surname})
	for range 2 {
		if _, err := d.as(domain.RoleTop).do(t.Context(), http.MethodPost, path+"/revocation", wrong, ""); err != nil {
			t.Fatal(err)
		}
	}
	numero := string(answer.Visura.Document.Numero)
	letter := awaitLetters(t, c.path("mail"), 1, "Visura "+numero+" revocata")[0]
	head, body, _ := strings.Cut(letter, "\r\n\r\n")
	text, err := io.ReadAll(quotedprintable.NewReader(strings.NewReader(body)))
	if err != nil || !strings.Contains(head, "operatore@azienda.example") || !bytes.Contains(text, []byte(numero)) || !bytes.Contains(text, []byte("/visure/"+string(id))) {
		t.Errorf("the letter: %s\n%s, %v", head, text, err)
	}
	for _, secret := range []string{person.CodiceFiscale, person.Surname, person.Name, "omonimo", "2026/004711"} {
		if strings.Contains(strings.ToLower(head+string(text)), strings.ToLower(secret)) {
			t.Errorf("the letter says %s: %s", secret, text)
		}
	}
	var shown projections.VisuraDettaglio
	for end := time.Now().Add(time.Minute); shown.Revision == 0 || shown.Timeline[len(shown.Timeline)-1].Type != (domain.RevocationAnnounced{}).EventType(); {
		got, err := d.as(domain.RoleStandard).do(t.Context(), http.MethodGet, path, nil, "")
		if err != nil || json.Unmarshal(got, &shown) != nil || time.Now().After(end) {
			t.Fatalf("%s, %v", got, err)
		}
	}
	if shown.Status != domain.Revoked || shown.Timeline[len(shown.Timeline)-1].Testo != "Revoca: avvisata per posta elettronica 1 persona" {
		t.Errorf("%+v", shown)
	}
	if _, err := d.as(domain.RoleStandard).document(t.Context(), id); err == nil || !strings.Contains(err.Error(), "revocata") {
		t.Errorf("the document: %v", err)
	}
	if n := len(awaitLetters(t, c.path("mail"), 1, "revocata")); n != 1 {
		t.Errorf("%d letters", n)
	}
}
