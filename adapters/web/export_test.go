package web

import (
	"maps"
	"net/http"
	"net/netip"
	"slices"
	"time"

	"github.com/danielgtaylor/huma/v2"
)

// GlossaryWords are the words the API explains.
func GlossaryWords() []string { return slices.Collect(maps.Keys(glossary)) }

// NewLimiter, Allow and AddressOf open the limiter to tests.
func NewLimiter(perMinute, most int, now func() time.Time) func(string) bool {
	l := newLimiter(perMinute, now)
	l.most = most
	return func(address string) bool { return l.allow(netip.MustParsePrefix(address)) }
}

func AddressOf(r *http.Request) netip.Prefix { return addressOf(r) }

// FromLibrary opens the translation of the library's refusals.
func FromLibrary(status int, errs ...error) *Problem { return fromLibrary(status, errs) }

// Detail is what the library says of an item.
func Detail(location, message string) error {
	return &huma.ErrorDetail{Location: location, Message: message, Value: "RSSMRA80A01H501U"}
}

// ParsePrefer opens the reading of the header.
var ParsePrefer = parsePrefer

// Knows opens the reading of If-None-Match.
var Knows = knows
