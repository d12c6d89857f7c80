package api

import (
	"encoding"
	"encoding/json"
	"errors"
	"reflect"
	"strconv"
	"strings"

	"github.com/visure-anagrafiche/visure/domain"
)

// within begins the message about a text whose form is wrong: the item's name, a
// colon and what is wrong follow.
const within = ours + "in "

// offendingText finds the text that the values of a command refused to be read from,
// which the JSON library does not name: nil when there is none.
func offendingText(data []byte, into any) error {
	var parsed any
	if err := json.Unmarshal(data, &parsed); err != nil {
		return nil
	}
	return textIn(reflect.TypeOf(into).Elem(), parsed, "")
}

var readable = reflect.TypeFor[encoding.TextUnmarshaler]()

func textIn(t reflect.Type, value any, at string) error {
	text, isText := value.(string)
	switch {
	case isText && reflect.PointerTo(t).Implements(readable):
		return refusedText(t, text, at)
	case t.Kind() == reflect.Pointer:
		return textIn(t.Elem(), value, at)
	case t.Kind() == reflect.Slice:
		items, _ := value.([]any)
		for i, item := range items {
			if err := textIn(t.Elem(), item, at+"["+strconv.Itoa(i)+"]"); err != nil {
				return err
			}
		}
	case t.Kind() == reflect.Struct:
		object, _ := value.(map[string]any)
		for _, field := range reflect.VisibleFields(t) {
			name, _, _ := strings.Cut(field.Tag.Get("json"), ",")
			if item, ok := object[name]; ok && field.IsExported() && !field.Anonymous {
				if err := textIn(field.Type, item, strings.TrimPrefix(at+"."+name, ".")); err != nil {
					return err
				}
			}
		}
	}
	return nil
}

// refusedText reads one text; a refusal that is none of ours says no more than that.
func refusedText(t reflect.Type, text, at string) error {
	err := reflect.New(t).Interface().(encoding.TextUnmarshaler).UnmarshalText([]byte(text))
	if err == nil {
		return nil
	}
	message := "valore non ammesso"
	if refused := (*domain.Error)(nil); errors.As(err, &refused) {
		message = refused.Message
	}
	return errors.New(within + at + ": " + message)
}
