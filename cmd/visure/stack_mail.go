package main

import (
	"cmp"
	"context"
	"fmt"
	"os"

	"github.com/visure-anagrafiche/visure/adapters/mail"
	"github.com/visure-anagrafiche/visure/commands"
)

// mailPassword is the environment variable of the SMTP server's password.
const mailPassword = "VISURE_MAIL_PASSWORD"

// openMail opens what mail waits in until it is sent.
func (s *stack) openMail(context.Context) error {
	sender, err := s.sender()
	if err != nil {
		return err
	}
	s.mail, err = mail.New(mail.Config{
		DB: s.pool, Sender: sender, From: cmp.Or(s.config.Mail.From, defaultFrom), Log: s.log,
		Seal: func(plain []byte) ([]byte, error) { return s.keys.Seal(context.Background(), "mail", plain) },
		Open: func(sealed []byte) ([]byte, error) { return s.keys.Unseal(context.Background(), "mail", sealed) },
	})
	return err
}

// sender hands mail to the configured server, or writes it into a folder.
func (s *stack) sender() (mail.Sender, error) {
	c := s.config.Mail
	if c.Host == "" {
		s.report("mail         into %s", s.config.path("mail"))
		return mail.Folder{Dir: s.config.path("mail")}, nil
	}
	s.report("mail         by %s", c.Host)
	authorities, err := authorities(c.CA)
	if err != nil {
		return nil, fmt.Errorf("read the mail server's authority: %w", err)
	}
	return mail.NewSMTP(mail.SMTPConfig{
		Host: c.Host, Port: c.Port, Security: c.Security, Username: c.Username, Password: os.Getenv(mailPassword), RootCAs: authorities,
	})
}

// runMail sends what waits until the stack is closed.
func (s *stack) runMail(context.Context) error {
	s.background("mail", s.mail.Run)
	return nil
}

// post keeps a letter to be sent.
func (s *stack) post(ctx context.Context, l commands.Letter) error {
	return s.mail.Put(ctx, mail.Message{Key: l.Key, To: l.To, Subject: l.Subject, Text: l.Text})
}

// comments go to whoever runs the installation; nil if it is not said who that is.
func (s *stack) comments() *commands.Comments {
	if s.config.Contact == "" {
		return nil
	}
	return &commands.Comments{Handler: s.handler, Post: s.post, To: s.config.Contact}
}
