package pages

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"fmt"
	"html/template"
	"net/http"
	"path"
	"regexp"
	"strconv"
	"strings"
	"time"

	"github.com/go-chi/chi/v5"

	"github.com/visure-anagrafiche/visure/adapters/web/edge"
)

//go:embed assets/LICENSES.txt assets/app.webmanifest assets/giu.svg assets/htmx.js assets/icona-192.png assets/icona-512.png
//go:embed assets/icona-maskable.png assets/icona.svg assets/icons.svg assets/titillium-400.woff2 assets/titillium-600.woff2
//go:embed assets/passkey.js assets/visure.css assets/visure.js
var builtFiles embed.FS

// assetKinds are the types of assets, by the ending of their name.
var assetKinds = map[string]struct {
	contentType string
	compressed  bool // in itself
}{
	".css":         {contentType: "text/css; charset=utf-8"},
	".js":          {contentType: "text/javascript; charset=utf-8"},
	".png":         {"image/png", true},
	".svg":         {contentType: "image/svg+xml"},
	".txt":         {contentType: "text/plain; charset=utf-8"},
	".webmanifest": {contentType: "application/manifest+json"},
	".woff2":       {"font/woff2", true},
}

// assets are the files that pages load, by name.
var assets = prepareAssets()

// iconNames are those of the symbols in icons.svg.
var iconNames = symbols()

// assetFile is an asset as it is sent.
type assetFile struct {
	contentType string
	version     string // of its content
	plain       []byte
	gzip        []byte // nil if it is compressed in itself
}

// prepareAssets compresses every asset once.
func prepareAssets() map[string]assetFile {
	entries, err := builtFiles.ReadDir("assets")
	if err != nil {
		panic(err)
	}
	all := make(map[string]assetFile, len(entries))
	for _, entry := range entries {
		content, err := builtFiles.ReadFile("assets/" + entry.Name())
		kind, known := assetKinds[path.Ext(entry.Name())]
		if err != nil || !known {
			panic(fmt.Sprintf("asset %s cannot be served: %v", entry.Name(), err))
		}
		hash := sha256.Sum256(content)
		f := assetFile{contentType: kind.contentType, version: hex.EncodeToString(hash[:8]), plain: content}
		if !kind.compressed {
			f.gzip = compress(content)
		}
		all[entry.Name()] = f
	}
	return all
}

func compress(content []byte) []byte {
	var b bytes.Buffer
	z, _ := gzip.NewWriterLevel(&b, gzip.BestCompression) // the level exists
	_, _ = z.Write(content)                               // a buffer takes everything
	_ = z.Close()
	return b.Bytes()
}

func symbols() map[string]bool {
	names := map[string]bool{}
	for _, found := range regexp.MustCompile(`<symbol id="([^"]+)"`).FindAllSubmatch(assets["icons.svg"].plain, -1) {
		names[string(found[1])] = true
	}
	return names
}

// assetPath returns the address of an asset, which changes with its content. It
// panics if there is none of that name.
func assetPath(name string) string {
	f, ok := assets[name]
	if !ok {
		panic("no asset " + name)
	}
	return "/assets/" + name + "?v=" + f.version
}

// iconPath returns the address of an icon. It panics if there is none of that name.
func iconPath(name string) string {
	if !iconNames[name] {
		panic("no icon " + name)
	}
	return assetPath("icons.svg") + "#" + name
}

// icons are the icons as they stand in a page, made once: a list has more than a hundred.
var icons = func() map[string]template.HTML {
	all := make(map[string]template.HTML, len(iconNames))
	for name := range iconNames {
		all[name] = template.HTML(`<svg class="i" aria-hidden="true" focusable="false"><use href="` + iconPath(name) + `"></use></svg>`)
	}
	return all
}()

// icon returns an icon, which says nothing to who does not see it. It panics if there is
// none of that name.
func icon(name string) template.HTML {
	drawn, ok := icons[name]
	if !ok {
		panic("no icon " + name)
	}
	return drawn
}

// asset answers with an asset: for good if the address says its version.
func asset(w http.ResponseWriter, r *http.Request) { sendAsset(w, r, chi.URLParam(r, "name")) }

// favicon answers what browsers ask for beside what is no page of ours.
func favicon(w http.ResponseWriter, r *http.Request) { sendAsset(w, r, "icona-192.png") }

func sendAsset(w http.ResponseWriter, r *http.Request, name string) {
	f, ok := assets[name]
	if !ok {
		edge.Nowhere(w, r)
		return
	}
	h := w.Header()
	h.Set("Content-Type", f.contentType)
	h.Set("Cache-Control", "public, max-age=300")
	if r.URL.Query().Get("v") == f.version {
		h.Set("Cache-Control", "public, max-age=31536000, immutable")
	}
	content, tag := f.plain, f.version
	if f.gzip != nil {
		h.Set("Vary", "Accept-Encoding")
		if takesGzip(r) {
			h.Set("Content-Encoding", "gzip")
			content, tag = f.gzip, f.version+"-gzip"
		}
	}
	h.Set("ETag", strconv.Quote(tag))
	http.ServeContent(w, r, name, time.Time{}, bytes.NewReader(content))
}

// takesGzip tells whether a client takes answers compressed by gzip.
func takesGzip(r *http.Request) bool {
	for _, coding := range strings.Split(strings.Join(r.Header.Values("Accept-Encoding"), ","), ",") {
		name, weight, _ := strings.Cut(strings.ReplaceAll(coding, " ", ""), ";")
		if strings.EqualFold(name, "gzip") {
			q, err := strconv.ParseFloat(strings.TrimPrefix(weight, "q="), 64)
			return err != nil || q > 0
		}
	}
	return false
}
