package web_test

import (
	"encoding/json"
	"net/http"
	"net/url"
	"strings"
	"testing"
)

// hostile are texts that would be something else to SQL, to a file system or to a
// reader of addresses.
var hostile = []string{
	`' OR '1'='1`, `x'; DROP TABLE elenco; --`, `1) UNION SELECT wrapped FROM data_key --`, `$1`, `%`, `_`, `\`, `{}`, `{"$ne":null}`,
	`../../../etc/passwd`, `..%2f..%2fetc%2fpasswd`, `/etc/passwd`, `visura-00000000-0000-4000-8000-000000000000`, `*`, "a\tb", "\u202e", strings.Repeat("9", 400),
}

// injection sends what is hostile through every parameter of every reading operation:
// it is never a fault, and what the answer says is nothing of what is inside.
func injection(t *testing.T, o *office) {
	w := o.world(t, comuni[0], "")
	paths := readings(t, o)
	tried := 0
	for path, parameters := range paths {
		for _, p := range parameters {
			for _, text := range hostile {
				target, header := strings.ReplaceAll(path, "{id}", "5b1f6a4e-7f0c-4a54-9a53-3f2f0a9d2c11"), http.Header{}
				switch p.In {
				case "path":
					target = strings.ReplaceAll(path, "{"+p.Name+"}", url.PathEscape(text))
				case "query":
					target += "?" + url.Values{p.Name: {text}}.Encode()
				case "header":
					if p.Name == "Prefer" || strings.ContainsAny(text, "\t\u202e") {
						continue
					}
					header.Set(p.Name, text)
				}
				tried++
				for name := range placeholders {
					target = strings.ReplaceAll(target, name, placeholders[name])
				}
				status, body := w.reads(target, header)
				if status >= 500 && status != http.StatusServiceUnavailable {
					t.Errorf("GET %s, %s %q: %d %s", path, p.Name, text, status, body)
				}
				for _, told := range []string{"SQLSTATE", "pq:", "syntax error", "root:x:", "no such file", "goroutine"} {
					if strings.Contains(body, told) {
						t.Errorf("GET %s, %s %q tells %q", path, p.Name, text, told)
					}
				}
			}
		}
	}
	if tried < 500 {
		t.Errorf("only %d were tried", tried)
	}
	if status, body := w.reads("/api/v1/visure?limit=1", nil); status != http.StatusOK {
		t.Errorf("afterwards the list answers %d %s", status, body)
	}
}

// placeholders stand for the parts of paths that are not what is tried.
var placeholders = map[string]string{"{comune}": string(comuni[0]), "{annex}": "5b1f6a4e-7f0c-4a54-9a53-3f2f0a9d2c11", "{stemma}": strings.Repeat("0a", 32)}

// parameter is one of an operation, as the document has it.
type parameter struct {
	Name string `json:"name"`
	In   string `json:"in"`
}

// readings are the parameters of the operations that read, by path.
func readings(t *testing.T, o *office) map[string][]parameter {
	t.Helper()
	resp, err := aside.Get(o.url + "/api/v1/openapi.json")
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	var document struct {
		Paths map[string]map[string]struct {
			Parameters []parameter `json:"parameters"`
		} `json:"paths"`
	}
	if err := json.NewDecoder(resp.Body).Decode(&document); err != nil {
		t.Fatal(err)
	}
	paths := map[string][]parameter{}
	for path, methods := range document.Paths {
		if get, ok := methods["get"]; ok && strings.HasPrefix(path, "/api/") {
			paths[path] = get.Parameters
		}
	}
	return paths
}

// reads asks for an address as the Comune's TOP.
func (w *world) reads(target string, header http.Header) (status int, body string) {
	w.t.Helper()
	req, err := http.NewRequestWithContext(w.t.Context(), http.MethodGet, w.url+target, nil)
	if err != nil {
		w.t.Fatal(err)
	}
	for name := range header {
		req.Header[name] = header[name]
	}
	req.Header.Set("Authorization", "Bearer "+w.people["top"].token)
	resp, err := aside.Do(req)
	if err != nil {
		w.t.Fatal(err)
	}
	defer resp.Body.Close()
	text, err := contents(resp)
	if err != nil {
		w.t.Fatal(err)
	}
	return resp.StatusCode, string(text)
}
