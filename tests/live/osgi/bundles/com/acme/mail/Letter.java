package com.acme.mail;

/** What is held when its bundle has been replaced. */
public final class Letter {
    private final byte[] text = new byte[100_000];
}
