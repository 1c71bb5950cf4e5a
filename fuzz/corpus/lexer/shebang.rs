#!/bin/sh
#![a]
