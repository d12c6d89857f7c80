package pages

import (
	"bytes"
	"cmp"
	"compress/gzip"
	"io"
	"io/fs"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/go-chi/chi/v5"

	"github.com/visure-anagrafiche/visure/adapters/web/edge"
)

// getAsset asks for an address of an asset, with headers given as name and value in turn.
func getAsset(address string, headers ...string) *http.Response {
	r := chi.NewRouter()
	r.Use(edge.SecurityHeaders, edge.HeadAsGet)
	r.NotFound(edge.Nowhere)
	r.Get("/assets/{name}", asset)
	method, address, _ := strings.Cut(address, " ")
	request := httptest.NewRequest(method, address, nil)
	for i := 0; i < len(headers); i += 2 {
		request.Header.Add(headers[i], headers[i+1])
	}
	w := httptest.NewRecorder()
	r.ServeHTTP(w, request)
	return w.Result()
}

func contentOf(t *testing.T, resp *http.Response) []byte {
	t.Helper()
	content, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	return content
}

func TestAnAssetIsKeptForGoodOnlyAtTheAddressOfItsVersion(t *testing.T) {
	t.Parallel()
	for address, want := range map[string]string{
		assetPath("visure.css"):             "public, max-age=31536000, immutable",
		"/assets/visure.css":                "public, max-age=300",
		"/assets/visure.css?v=0123456789ab": "public, max-age=300",
		"/assets/visure.css?v=":             "public, max-age=300",
	} {
		resp := getAsset("GET " + address)
		if got := resp.Header.Get("Cache-Control"); resp.StatusCode != http.StatusOK || got != want {
			t.Errorf("%s is answered %d and kept %q, want %q", address, resp.StatusCode, got, want)
		}
	}
}

func TestEveryAssetIsSentAsWhatItIs(t *testing.T) {
	t.Parallel()
	for name, want := range map[string]string{
		"LICENSES.txt":        "text/plain; charset=utf-8",
		"app.webmanifest":     "application/manifest+json",
		"icona-192.png":       "image/png",
		"icons.svg":           "image/svg+xml",
		"titillium-400.woff2": "font/woff2",
		"visure.css":          "text/css; charset=utf-8",
		"visure.js":           "text/javascript; charset=utf-8",
	} {
		resp := getAsset("GET " + assetPath(name))
		if got := resp.Header.Get("Content-Type"); got != want {
			t.Errorf("%s is sent as %q, want %q", name, got, want)
		}
		if resp.Header.Get("X-Content-Type-Options") != "nosniff" {
			t.Errorf("the type of %s may be guessed", name)
		}
		if !bytes.Equal(contentOf(t, resp), assets[name].plain) {
			t.Errorf("%s is sent with another content", name)
		}
	}
}

func TestAnAssetIsCompressedForWhoTakesGzip(t *testing.T) {
	t.Parallel()
	for accepted, want := range map[string]string{
		"gzip, deflate, br, zstd": "gzip",
		"br;q=1.0, GZIP;q=0.8":    "gzip",
		"gzip;q=0, identity":      "",
		"gzip; q=0.000":           "",
		"br":                      "",
		"":                        "",
	} {
		resp := getAsset("GET "+assetPath("visure.css"), "Accept-Encoding", accepted)
		content := contentOf(t, resp)
		if got := resp.Header.Get("Content-Encoding"); got != want || resp.Header.Get("Vary") != "Accept-Encoding" {
			t.Errorf("to %q the answer is encoded %q, want %q, and varies by %q", accepted, got, want, resp.Header.Get("Vary"))
		}
		if want == "gzip" {
			unpacked, err := gzip.NewReader(bytes.NewReader(content))
			if err != nil {
				t.Fatal(err)
			}
			if content, err = io.ReadAll(unpacked); err != nil {
				t.Fatal(err)
			}
		}
		if !bytes.Equal(content, assets["visure.css"].plain) {
			t.Errorf("to %q something else is sent", accepted)
		}
	}
	if resp := getAsset("GET "+assetPath("titillium-400.woff2"), "Accept-Encoding", "gzip"); resp.Header.Get("Content-Encoding") != "" {
		t.Error("a font is compressed twice")
	}
}

func TestWhoHasAnAssetIsNotSentItAgain(t *testing.T) {
	t.Parallel()
	for _, accepted := range []string{"gzip", "identity"} {
		first := getAsset("GET /assets/visure.js", "Accept-Encoding", accepted)
		again := getAsset("GET /assets/visure.js", "Accept-Encoding", accepted, "If-None-Match", first.Header.Get("ETag"))
		if again.StatusCode != http.StatusNotModified || len(contentOf(t, again)) > 0 {
			t.Errorf("encoded as %s it is answered %d", accepted, again.StatusCode)
		}
	}
	packed, plain := getAsset("GET /assets/visure.js", "Accept-Encoding", "gzip"), getAsset("GET /assets/visure.js")
	if packed.Header.Get("ETag") == plain.Header.Get("ETag") {
		t.Error("two encodings have one tag")
	}
}

func TestAnAssetIsAskedAboutWithoutItsContent(t *testing.T) {
	t.Parallel()
	resp := getAsset("HEAD " + assetPath("visure.css"))
	if resp.StatusCode != http.StatusOK || resp.Header.Get("Content-Type") != "text/css; charset=utf-8" || len(contentOf(t, resp)) > 0 {
		t.Errorf("HEAD is answered %d with %v", resp.StatusCode, resp.Header)
	}
}

func TestWhatIsNoAssetIsNowhere(t *testing.T) {
	t.Parallel()
	for _, address := range []string{
		"/assets/", "/assets/other.css", "/assets/pages.css", "/assets/manifest.json", "/assets/package.json", "/assets/src", "/assets/src/visure.scss",
		"/assets/..%2fassets.go", "/assets/VISURE.CSS",
	} {
		resp := getAsset("GET " + address)
		if resp.StatusCode != http.StatusNotFound || resp.Header.Get("Content-Type") != "application/problem+json" || resp.Header.Get("Cache-Control") != "no-store" {
			t.Errorf("%s is answered %d with %v", address, resp.StatusCode, resp.Header)
		}
	}
}

// firstLoad bounds what a browser loads besides the first page: 100 kB in all, less
// 12 kB for the page, with 8 kB to spare.
const firstLoad = 80_000

func TestAFirstLoadIsLight(t *testing.T) {
	t.Parallel()
	sum := 0
	for _, name := range []string{"visure.css", "visure.js", "htmx.js", "icons.svg", "icona.svg", "giu.svg", "titillium-400.woff2", "titillium-600.woff2"} {
		n := len(contentOf(t, getAsset("GET "+assetPath(name), "Accept-Encoding", "gzip")))
		t.Logf("%-20s %6d bytes", name, n)
		sum += n
	}
	t.Logf("%-20s %6d bytes", "a first load", sum)
	if sum > firstLoad {
		t.Errorf("a first load is %d bytes, more than %d", sum, firstLoad)
	}
}

// assetUses are where a template names an asset or an icon.
var assetUses = regexp.MustCompile(`\{\{[^{}]*?\b(asset|icona|icon) ("[^"]*"|[^\s{}]+)`)

func TestEveryAssetAndIconThatATemplateNamesExists(t *testing.T) {
	t.Parallel()
	err := filepath.WalkDir(".", func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() && path == "assets" {
			return cmp.Or(err, fs.SkipDir)
		}
		if d.IsDir() || filepath.Ext(path) != ".html" {
			return nil
		}
		text, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		for _, use := range assetUses.FindAllStringSubmatch(string(text), -1) {
			name, named := strings.CutPrefix(use[2], `"`)
			name = strings.TrimSuffix(name, `"`)
			switch {
			case use[1] == "asset" && !named:
				t.Errorf("%s names an asset only when it is shown: %s", path, use[0])
			case use[1] == "asset" && assets[name].version == "":
				t.Errorf("%s names %s, which is no asset", path, name)
			case use[1] != "asset" && named && !iconNames[name]:
				t.Errorf("%s names %s, which is no icon", path, name)
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

func TestAnAddressOfNothingIsAFault(t *testing.T) {
	t.Parallel()
	for name, address := range map[string]func(string) string{"asset": assetPath, "icon": iconPath} {
		func() {
			defer func() {
				if recover() == nil {
					t.Errorf("there is an address of no %s", name)
				}
			}()
			address("nothing")
		}()
	}
}
