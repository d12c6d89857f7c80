package enginetest

import (
	"context"
	"crypto/aes"
	"crypto/cipher"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"reflect"
	"slices"
	"strings"

	"github.com/visure-anagrafiche/visure/domain"
)

// seal returns an event as a feed hands it on: the personal fields zero, and
// sealed beside them; the token as it is, for the feed opens it.
func (l *Log) seal(r domain.Recorded) domain.Recorded {
	e := reflect.New(reflect.TypeOf(r.Event)).Elem()
	e.Set(reflect.ValueOf(r.Event))
	person, any := map[string]any{}, false
	for i := range e.NumField() {
		f := e.Type().Field(i)
		name, options, _ := strings.Cut(f.Tag.Get("json"), ",")
		compartment := f.Tag.Get("sealed")
		any = any || compartment != "" && (options == "" || !e.Field(i).IsZero())
		if compartment == "person" {
			person[name] = e.Field(i).Interface()
			e.Field(i).SetZero()
		}
	}
	r.Event = e.Interface().(domain.Event)
	if any && len(person) > 0 {
		r.Sealed = l.box(r, person)
	}
	return r
}

// box seals an object under the key of an event's stream, bound to the event.
func (l *Log) box(r domain.Recorded, person map[string]any) domain.Sealed {
	if l.keys[r.Stream] == nil {
		key := make([]byte, 32)
		rand.Read(key) // never fails
		l.keys[r.Stream] = key
	}
	text, err := json.Marshal(person)
	if err != nil {
		panic(fmt.Sprintf("seal %s: %v", r.Event.EventType(), err))
	}
	bound := sha256.Sum256(fmt.Appendf(nil, "%s %s %d", r.Stream, r.Event.EventType(), r.Revision))
	aead := aeadOf(l.keys[r.Stream])
	nonce := make([]byte, aead.NonceSize())
	rand.Read(nonce)
	return domain.Sealed{Key: r.Stream, Bound: bound[:], Box: base64.StdEncoding.EncodeToString(aead.Seal(nonce, nonce, text, bound[:]))}
}

func aeadOf(key []byte) cipher.AEAD {
	block, err := aes.NewCipher(key)
	if err != nil {
		panic(err) // a key is 32 bytes long
	}
	aead, err := cipher.NewGCM(block)
	if err != nil {
		panic(err)
	}
	return aead
}

// Forget destroys the key of a visura: what was sealed under it is what it is,
// and opens no more; the feed, which can open no token either, hands on none.
func (l *Log) Forget(id domain.VisuraID) { l.ForgetStream(string(id.Stream())) }

// ForgetStream does so with the key of any stream.
func (l *Log) ForgetStream(stream string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	delete(l.keys, stream)
	events := slices.Clone(l.events) // feeds are reading the other
	for i, r := range events {
		if r.Stream != stream {
			continue
		}
		e := reflect.New(reflect.TypeOf(r.Event)).Elem()
		e.Set(reflect.ValueOf(r.Event))
		for f := range e.NumField() {
			if e.Type().Field(f).Tag.Get("sealed") == "token" {
				e.Field(f).SetZero()
			}
		}
		events[i].Event = e.Interface().(domain.Event)
	}
	l.events = events
}

// Open implements projections.Opener.
func (l *Log) Open(_ context.Context, sealed []domain.Sealed) ([][]byte, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	plain := make([][]byte, len(sealed))
	for i, s := range sealed {
		key, ok := l.keys[s.Key]
		if !ok {
			continue
		}
		aead := aeadOf(key)
		box, err := base64.StdEncoding.DecodeString(s.Box)
		if err != nil || len(box) < aead.NonceSize() {
			return nil, fmt.Errorf("open what key %s sealed: it is no box", s.Key)
		}
		if plain[i], err = aead.Open(nil, box[:aead.NonceSize()], box[aead.NonceSize():], s.Bound); err != nil {
			return nil, fmt.Errorf("open what key %s sealed: %w", s.Key, err)
		}
	}
	return plain, nil
}
