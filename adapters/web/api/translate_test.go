package api

import (
	"encoding/json"
	"errors"
	"net/http"
	"strings"
	"testing"

	"github.com/danielgtaylor/huma/v2"
)

// detail is what the library says of an item.
func detail(location, message string) error {
	return &huma.ErrorDetail{Location: location, Message: message, Value: "RSSMRA80A01H501U"}
}

// Whatever the library comes to say one day, in whatever words, nothing of it
// is shown that was not given to it in Italian.
func TestTheLibrarysOwnWordsAreNeverShown(t *testing.T) {
	t.Parallel()
	for _, status := range []int{304, 400, 404, 406, 408, 413, 415, 418, 422, 500} {
		p := fromLibrary(status, []error{detail("body.soggetto.nome", "expected RSSMRA80A01H501U to be something"), errors.New("boom at 10.0.0.1")})
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
		p := fromLibrary(http.StatusUnprocessableEntity, []error{detail(location, "?")})
		if len(p.Errors) != 1 || p.Errors[0].Field != want || p.Errors[0].Message != "valore non ammesso" {
			t.Errorf("%s: %+v", location, p.Errors)
		}
	}
}

func TestAVersionIsKnownInAnyListOfVersions(t *testing.T) {
	t.Parallel()
	for header, want := range map[string]bool{
		"": false, `W/"3"`: true, `"3"`: true, `"1", W/"3"`: true, "*": true, `"33"`: false, `,`: false,
	} {
		if got := knows(header, `W/"3"`); got != want {
			t.Errorf("%q: %v", header, got)
		}
	}
}
