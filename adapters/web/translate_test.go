package web_test

import (
	"encoding/json"
	"errors"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/visure-anagrafiche/visure/adapters/web"
	"github.com/visure-anagrafiche/visure/domain"
)

// Whatever the library comes to say one day, in whatever words, nothing of it
// is shown that was not given to it in Italian.
func TestTheLibrarysOwnWordsAreNeverShown(t *testing.T) {
	t.Parallel()
	for _, status := range []int{304, 400, 404, 406, 408, 413, 415, 418, 422, 500} {
		p := web.FromLibrary(status, web.Detail("body.soggetto.nome", "expected RSSMRA80A01H501U to be something"), errors.New("boom at 10.0.0.1"))
		text, err := json.Marshal(p)
		if err != nil {
			t.Fatal(err)
		}
		for _, wrong := range []string{"expected", "RSSMRA80A01H501U", "boom", "10.0.0.1"} {
			if strings.Contains(string(text), wrong) {
				t.Errorf("%d: %s", status, text)
			}
		}
		if p.Title == "" || p.Detail == "" || p.Code == "" || p.Status == 0 {
			t.Errorf("%d: incomplete: %s", status, text)
		}
	}
}

func TestAnItemIsNamedAsTheClientKnowsIt(t *testing.T) {
	t.Parallel()
	for location, want := range map[string]string{
		"body": "body", "body.tipo": "tipo", "body.soggetto.nome": "soggetto.nome", "query.limit": "limit", "path.id": "id", "header.Prefer": "Prefer",
	} {
		p := web.FromLibrary(http.StatusUnprocessableEntity, web.Detail(location, "?"))
		if len(p.Errors) != 1 || p.Errors[0].Field != want || p.Errors[0].Message != "valore non ammesso" {
			t.Errorf("%s: %+v", location, p.Errors)
		}
	}
}

func TestThePreferredWait(t *testing.T) {
	t.Parallel()
	for header, want := range map[string]time.Duration{
		"": 0, "respond-async": 0, "wait=5": 5 * time.Second, "WAIT = 5": 5 * time.Second, `wait="5"`: 5 * time.Second,
		"respond-async, wait=5": 5 * time.Second, "wait=5, wait=9": 5 * time.Second, "wait=3600": 30 * time.Second,
		"wait=0": 0, "foo; wait=5": 0, "wait=5; x=1": 5 * time.Second,
	} {
		if got, err := web.ParsePrefer(header); err != nil || got != want {
			t.Errorf("%q: %v, %v", header, got, err)
		}
	}
	for _, header := range []string{"wait", "wait=", "wait=x", "wait=-1", "wait=1.5", "wait=99999999999"} {
		if _, err := web.ParsePrefer(header); domain.CodeOf(err) != domain.Invalid {
			t.Errorf("%q: %v", header, err)
		}
	}
}

func TestAVersionIsKnownInAnyListOfVersions(t *testing.T) {
	t.Parallel()
	for header, want := range map[string]bool{
		"": false, `W/"3"`: true, `"3"`: true, `"1", W/"3"`: true, "*": true, `"33"`: false, `,`: false,
	} {
		if got := web.Knows(header, `W/"3"`); got != want {
			t.Errorf("%q: %v", header, got)
		}
	}
}
